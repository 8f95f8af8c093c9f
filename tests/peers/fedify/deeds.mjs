// What the tests can ask of this instance; each deed goes through Fedify's own doors.
import { buildCollectionSynchronizationHeader, parseNodeInfo, signRequest } from "@fedify/fedify";
import { Temporal } from "@js-temporal/polyfill";
import {
  Announce,
  Create,
  Delete,
  EmojiReact,
  Follow,
  Like,
  Mention,
  Note,
  Object as ActivityObject,
  PUBLIC_COLLECTION,
  QuoteRequest,
  Tombstone,
  Undo,
  Update,
} from "@fedify/vocab";
import { checkProof } from "./mailbox.mjs";
import { describe } from "./reading.mjs";

const KINDS = { Announce, EmojiReact, Like };

export class Deeds {
  constructor(instance, mailbox, made) {
    Object.assign(this, { instance, mailbox, made });
  }

  get context() {
    return this.instance.context;
  }

  person({ name, title }) {
    return this.instance.addPerson(name, title);
  }

  /** Every delivery that has been answered, with all that was checked. */
  inbox() {
    return this.mailbox.received.filter((delivery) => "status" in delivery);
  }

  /** What this process asked others. */
  requests() {
    return this.made;
  }

  /** What others asked with a signature, and whose key it verified with. */
  readers() {
    return this.mailbox.asked;
  }

  /** Find an actor or object by handle or address, as Fedify does it. */
  async lookup({ what, by }) {
    const loaders = await this.#loaders(by);
    const found = await this.context.lookupObject(what, loaders);
    return await describe(found, loaders);
  }

  /** Fetch a document and check the proof it carries. */
  async fetch({ url, by }) {
    const loaders = await this.#loaders(by);
    const { document } = await loaders.documentLoader(url);
    const object = await ActivityObject.fromJsonLd(document, loaders);
    return { ...(await describe(object)), proof: await checkProof(ActivityObject, document, loaders) };
  }

  /** Walk a collection page by page. */
  async walk({ url, by }) {
    const loaders = await this.#loaders(by);
    const collection = await this.context.lookupObject(url, loaders);
    const items = [];
    for await (const item of this.context.traverseCollection(collection, loaders)) items.push(await describe(item));
    return { totalItems: collection.totalItems, items };
  }

  /** Read what a server tells about itself, as strictly as NodeInfo is defined. */
  async nodeinfo({ origin }) {
    const { links } = await (await fetch(`${origin}/.well-known/nodeinfo`)).json();
    return await Promise.all(links.map(async ({ href, rel }) => ({ rel, told: await this.#strictly(href) })));
  }

  /** Say how Fedify would announce these followers of a collection (FEP-8fcf). */
  synchronisation({ collection, followers }) {
    return buildCollectionSynchronizationHeader(collection, followers);
  }

  async follow({ by, whom }) {
    const group = await this.context.lookupObject(whom, await this.#loaders(by));
    return await this.#send(by, group, new Follow({ ...this.#activity(by), object: group.id, to: group.id }));
  }

  async say({ by, to, text, answering, shared = false }) {
    const id = crypto.randomUUID();
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const note = this.#note(by, id, group, text, answering);
    this.instance.notes.set(id, note);
    const create = new Create({ ...this.#activity(by), object: note, to: PUBLIC_COLLECTION, cc: group.id });
    await this.#send(by, group, create, { preferSharedInbox: shared });
    return note.id.href;
  }

  async correct({ by, to, note, text }) {
    const id = note.split("/").at(-1);
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const later = this.instance.notes.get(id).clone({ content: text, updated: Temporal.Now.instant() });
    this.instance.notes.set(id, later);
    return await this.#send(by, group, new Update({ ...this.#activity(by), object: later, to: PUBLIC_COLLECTION }));
  }

  async remove({ by, to, note }) {
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    this.instance.notes.delete(note.split("/").at(-1));
    const gone = new Tombstone({ id: new URL(note) });
    return await this.#send(by, group, new Delete({ ...this.#activity(by), object: gone, to: PUBLIC_COLLECTION }));
  }

  /** Like, boost or answer with an emoji. */
  async react({ by, to, kind, what, content }) {
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const audience = { to: PUBLIC_COLLECTION, cc: group.id };
    const deed = new KINDS[kind]({ ...this.#activity(by), object: new URL(what), content, ...audience });
    return await this.#send(by, group, deed);
  }

  /** Ask whether a note may quote a post (FEP-044f); gives the request and the note. */
  async ask_to_quote({ by, to, what, text }) {
    const id = crypto.randomUUID();
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const note = this.#note(by, id, group, text).clone({ quote: new URL(what) });
    this.instance.notes.set(id, note);
    const asked = new QuoteRequest({ ...this.#activity(by), object: new URL(what), instrument: note, to: group.id });
    return { request: await this.#send(by, group, asked), note: note.id.href };
  }

  async undo({ by, to, activity }) {
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const undone = this.instance.activities.get(activity);
    return await this.#send(by, group, new Undo({ ...this.#activity(by), object: undone, to: group.id }));
  }

  /**
   * Let `by`, to whom `author` wrote, hand the very same bytes to the group; gives the note and the answer.
   *
   * `replacing` changes the text on the way. Only then can the note be asked for here: else its proof alone must do.
   */
  async pass_on({ by, author, to, text, answering, form, replacing }) {
    const id = crypto.randomUUID();
    const group = await this.context.lookupObject(to, await this.#loaders(by));
    const note = this.#note(author, id, group, text, answering);
    if (replacing != null) this.instance.notes.set(id, note);
    const create = new Create({ ...this.#activity(author), object: note, to: PUBLIC_COLLECTION, cc: group.id });
    await this.#send(author, await this.context.lookupObject(this.context.getActorUri(by)), create);
    const written = this.mailbox.bodies.get(create.id.href);
    const body = replacing == null ? written : written.replaceAll(text, replacing);
    const [rsa] = await this.context.getActorKeyPairs(by);
    return { note: note.id.href, status: await this.#post(group, body, rsa.privateKey, rsa.keyId, form) };
  }

  /** Send what `by` never said, signed with the key of `with_key_of`; gives the status of the answer. */
  async pretend({ by, with_key_of, to, what, form }) {
    const group = await this.context.lookupObject(to, await this.#loaders(with_key_of));
    const like = new Like({ ...this.#activity(by), object: new URL(what), to: PUBLIC_COLLECTION });
    const [own] = await this.context.getActorKeyPairs(by);
    const [other] = await this.context.getActorKeyPairs(with_key_of);
    const body = JSON.stringify(await like.toJsonLd({ format: "compact", contextLoader: this.context.contextLoader }));
    return await this.#post(group, body, other.privateKey, own.keyId, form);
  }

  async #post(group, body, privateKey, keyId, form) {
    const headers = { "content-type": "application/activity+json" };
    const request = new Request(group.inboxId, { method: "POST", headers, body });
    return (await fetch(await signRequest(request, privateKey, keyId, { spec: form }))).status;
  }

  async #strictly(url) {
    const document = await (await fetch(url)).json();
    return document.software == null ? null : parseNodeInfo(document, { tryBestEffort: false });
  }

  #note(by, id, group, text, answering) {
    return new Note({
      id: this.context.getObjectUri(Note, { id }),
      attribution: this.context.getActorUri(by),
      content: text,
      mediaType: "text/html",
      published: Temporal.Now.instant(),
      url: this.context.getObjectUri(Note, { id }),
      to: PUBLIC_COLLECTION,
      cc: group.id,
      replyTarget: answering == null ? null : new URL(answering),
      tags: [new Mention({ href: group.id, name: `@${group.preferredUsername}@${group.id.host}` })],
    });
  }

  #activity(by) {
    const actor = this.context.getActorUri(by);
    return { id: new URL(`/activities/${crypto.randomUUID()}`, actor), actor };
  }

  async #loaders(by) {
    return { documentLoader: await this.instance.loader(by), contextLoader: this.context.contextLoader };
  }

  async #send(by, group, activity, options = {}) {
    this.instance.activities.set(activity.id.href, activity);
    await this.context.sendActivity({ identifier: by }, group, activity, { immediate: true, ...options });
    return activity.id.href;
  }
}
