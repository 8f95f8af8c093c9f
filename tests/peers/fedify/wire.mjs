// The wire: a TLS server on loopback for a fetch-style handler, and every request that leaves, noted and kept on loopback.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

export const CAVAGE = "draft-cavage-http-signatures-12";
export const RFC9421 = "rfc9421";

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Tell which form of HTTP signature a request carries: CAVAGE, RFC9421 or null. */
export function formOf(headers) {
  if (headers.has("signature-input")) return RFC9421;
  return headers.has("signature") ? CAVAGE : null;
}

/** Serve `handle(Request) -> Response` over TLS on a free port; give the server and its origin. */
export async function serve(handle, { cert, key }) {
  let origin;
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, async (incoming, outgoing) => {
    try {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const withBody = incoming.method !== "GET" && incoming.method !== "HEAD";
      const request = new Request(new URL(incoming.url, origin), {
        method: incoming.method,
        headers: incoming.headers,
        body: withBody ? Buffer.concat(chunks) : undefined,
      });
      const response = await handle(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      process.stderr.write(`${error.stack}\n`);
      outgoing.writeHead(500).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  origin = `https://127.0.0.1:${server.address().port}`;
  return { server, origin };
}

/** Note each request this process makes, with the form it was signed in and the answer; refuse any beyond loopback. */
export function noteRequests() {
  const made = [];
  const dial = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!LOOPBACK.has(new URL(request.url).hostname)) throw new TypeError(`${request.url} is not on loopback`);
    const note = { method: request.method, url: request.url, form: formOf(request.headers) };
    made.push(note);
    const response = await dial(request);
    note.status = response.status;
    return response;
  };
  return made;
}
