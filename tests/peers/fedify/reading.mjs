// What Fedify understood of an object, as plain JSON: only what came through its vocabulary, nothing of the source.
import { Activity, getTypeId, isActor, Tombstone } from "@fedify/vocab";

const text = (value) => (value == null ? null : String(value));
const ids = (urls) => urls.map((url) => url.href);

/** Describe an object, an activity or an actor; null for nothing. */
export async function describe(object, loaders = {}) {
  if (object == null) return null;
  const told = { type: getTypeId(object).hash.slice(1), id: object.id?.href ?? null };
  if (object instanceof Activity) {
    return { ...told, actor: object.actorId?.href, object: ids(object.objectIds) };
  }
  if (object instanceof Tombstone) return { ...told, deleted: text(object.deleted) };
  Object.assign(told, {
    name: text(object.name),
    summary: text(object.summary),
    content: text(object.content),
    languages: languagesOf(object.contents ?? []),
    url: text(object.url),
    published: text(object.published),
    updated: text(object.updated),
    startTime: text(object.startTime),
    endTime: text(object.endTime),
    by: ids(object.attributionIds),
    to: ids(object.toIds),
    cc: ids(object.ccIds),
    inReplyTo: ids(object.replyTargetIds),
  });
  return isActor(object) ? { ...told, ...(await describeActor(object, loaders)) } : told;
}

async function describeActor(actor, loaders) {
  const icon = await actor.getIcon(loaders);
  const counted = async (get) => (await get())?.totalItems ?? null;
  const methods = await collect(actor.getAssertionMethods(loaders));
  return {
    preferredUsername: text(actor.preferredUsername),
    locked: actor.manuallyApprovesFollowers,
    icon: text(icon?.url),
    iconType: icon?.mediaType ?? null,
    inbox: actor.inboxId?.href,
    sharedInbox: actor.endpoints?.sharedInbox?.href,
    followers: await counted(() => actor.getFollowers(loaders)),
    following: await counted(() => actor.getFollowing(loaders)),
    posts: await counted(() => actor.getOutbox(loaders)),
    keys: [...(await collect(actor.getPublicKeys(loaders))), ...methods].map((key) => ({
      id: key.id.href,
      algorithm: key.publicKey.algorithm.name,
    })),
  };
}

const languagesOf = (values) => values.filter((value) => value.locale != null).map((value) => String(value.locale));

async function collect(items) {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
