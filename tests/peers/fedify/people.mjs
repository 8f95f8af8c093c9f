// An in-memory Fedify federation: people with RSA and Ed25519 keys, their notes, and who follows them.
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Activity, Accept, Endpoints, Follow, Note, Person } from "@fedify/vocab";

/** The actor that signs what is fetched while an inbox is read. */
export const READER = "reader";

// Which form of signatures a server takes is not remembered: each request begins with the form that is tried first.
class ForgetfulStore extends MemoryKvStore {
  async set(key, ...rest) {
    if (!key.includes("httpMessageSignaturesSpec")) await super.set(key, ...rest);
  }
}

/** What one instance knows; nothing outlives the process. */
export class Instance {
  people = new Map();
  notes = new Map();
  activities = new Map();
  followers = new Map();
  taken = [];

  constructor(firstKnock) {
    this.federation = createFederation({
      kv: new ForgetfulStore(),
      allowPrivateAddress: true,
      firstKnock,
      skipSignatureVerification: false,
      inboxChallengePolicy: { enabled: true },
    });
    this.#showPeople();
    this.#listen();
  }

  async start(origin) {
    this.context = this.federation.createContext(new URL(origin), undefined);
    await this.addPerson(READER, "Reader");
  }

  async addPerson(name, title) {
    const keys = await Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map((kind) => generateCryptoKeyPair(kind)));
    this.people.set(name, { title, keys });
    this.followers.set(name, new Map());
    return { id: this.context.getActorUri(name).href, handle: `@${name}@${this.context.host}` };
  }

  /** A loader that signs as this person, or does not sign. */
  async loader(name) {
    return name == null ? this.context.documentLoader : await this.context.getDocumentLoader({ identifier: name });
  }

  #showPeople() {
    const { federation, people, notes, followers } = this;
    federation
      .setActorDispatcher("/people/{identifier}", async (ctx, identifier) => {
        const person = people.get(identifier);
        if (person == null) return null;
        const keys = await ctx.getActorKeyPairs(identifier);
        return new Person({
          id: ctx.getActorUri(identifier),
          preferredUsername: identifier,
          name: person.title,
          summary: `<p>${person.title} writes from Fedify.</p>`,
          url: ctx.getActorUri(identifier),
          inbox: ctx.getInboxUri(identifier),
          outbox: ctx.getOutboxUri(identifier),
          followers: ctx.getFollowersUri(identifier),
          endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
          publicKey: keys[0].cryptographicKey,
          assertionMethods: keys.map((pair) => pair.multikey),
        });
      })
      .mapHandle((_, username) => (people.has(username) ? username : null))
      .setKeyPairsDispatcher((_, identifier) => people.get(identifier)?.keys ?? []);
    federation.setOutboxDispatcher("/people/{identifier}/outbox", () => ({ items: [] }));
    federation.setFollowersDispatcher("/people/{identifier}/followers", (_, identifier) => ({
      items: [...(followers.get(identifier)?.values() ?? [])],
    }));
    federation.setObjectDispatcher(Note, "/notes/{id}", (_, { id }) => notes.get(id) ?? null);
  }

  #listen() {
    this.federation
      .setInboxListeners("/people/{identifier}/inbox", "/inbox")
      .on(Follow, async (ctx, follow) => {
        this.taken.push(follow.id?.href);
        const { identifier } = ctx.parseUri(follow.objectId);
        const follower = await follow.getActor(ctx);
        this.followers.get(identifier).set(follower.id.href, follower);
        const accept = new Accept({
          id: new URL(`/activities/${crypto.randomUUID()}`, follow.objectId),
          actor: follow.objectId,
          object: follow,
        });
        await ctx.sendActivity({ identifier }, follower, accept);
      })
      .on(Activity, (_, activity) => {
        this.taken.push(activity.id?.href);
      })
      .setSharedKeyDispatcher(() => ({ identifier: READER }));
  }
}
