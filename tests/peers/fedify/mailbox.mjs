// The mailbox: every delivery is checked here in full, before Fedify's own inbox, which contents itself with one proof.
import { detachSignature, verifyObject, verifyRequest, verifyRequestDetailed } from "@fedify/fedify";
import { Activity, Object as ActivityObject } from "@fedify/vocab";
import { READER } from "./people.mjs";
import { describe } from "./reading.mjs";
import { formOf } from "./wire.mjs";

/** Check a document's integrity proofs: "none", "verified" (by all it is attributed to) or "failed". */
export async function checkProof(kind, document, loaders) {
  if (document?.proof == null) return "none";
  const verified = await verifyObject(kind, detachSignature(document), loaders);
  return verified == null ? "failed" : "verified";
}

export class Mailbox {
  received = [];
  asked = [];
  bodies = new Map(); // by activity id, as they came

  /** `accepts` are the forms of HTTP signature that are not answered 401 unread. */
  constructor(instance, accepts) {
    this.instance = instance;
    this.accepts = accepts;
  }

  async handle(request) {
    const form = formOf(request.headers);
    if (request.method !== "POST") {
      if (form != null) await this.#noteReader(request, form);
      return await this.#answer(request);
    }
    const delivery = { inbox: new URL(request.url).pathname, form };
    this.received.push(delivery);
    const response = this.accepts.includes(form)
      ? await this.#take(request, delivery)
      : new Response(`Sign with ${this.accepts.join(" or ")}.`, { status: 401 });
    delivery.status = response.status;
    return response;
  }

  // Unsigned itself: who asks is an actor that any server serves without a signature, or two would wait for each other.
  async #noteReader(request, form) {
    const { documentLoader, contextLoader } = this.instance.context;
    const key = await verifyRequest(request.clone(), { documentLoader, contextLoader, spec: form });
    this.asked.push({ path: new URL(request.url).pathname, form, key: key?.id?.href ?? null });
  }

  async #take(request, delivery) {
    const loaders = {
      documentLoader: await this.instance.loader(READER),
      contextLoader: this.instance.context.contextLoader,
    };
    const verified = await verifyRequestDetailed(request.clone(), { ...loaders, spec: delivery.form });
    delivery.signed = verified.verified;
    if (!verified.verified) {
      delivery.reason = String(verified.reason.type);
      return new Response("The HTTP signature does not verify.", { status: 401 });
    }
    const body = await request.clone().text();
    const document = JSON.parse(body);
    this.bodies.set(document.id, body);
    Object.assign(delivery, {
      key: verified.key.id?.href,
      synchronisation: request.headers.get("collection-synchronization"),
      id: document.id,
      type: document.type,
      actor: document.actor,
      proof: await checkProof(Activity, document, loaders),
    });
    const activity = await Activity.fromJsonLd(document, loaders);
    delivery.result = activity.resultIds.map((id) => id.href);
    delivery.object = { id: document.object };
    if (typeof document.object === "object") {
      const whole = { "@context": document["@context"], ...document.object };
      const object = await ActivityObject.fromJsonLd(whole, loaders);
      delivery.object = { ...(await describe(object)), proof: await checkProof(ActivityObject, whole, loaders) };
    }
    const before = this.instance.taken.length;
    const response = await this.#answer(request);
    delivery.taken = this.instance.taken.slice(before).includes(document.id);
    return response;
  }

  async #answer(request) {
    return await this.instance.federation.fetch(request, {
      contextData: undefined,
      onNotFound: () => new Response("Not found", { status: 404 }),
      onNotAcceptable: () => new Response("Ask for application/activity+json", { status: 406 }),
    });
  }
}
