// The gateway's cases by Node's fetch: client.mjs URL URL_THAT_COUNTS_CONNECTIONS SHA256_OF_THE_DOWNLOAD
import { createHash } from "node:crypto";

const [url, counted, sha256] = process.argv.slice(2);
const api = url + "/api/v1";
const report = (name, done) => console.log(name, done ? "yes" : "FAILED");

async function call(method, to, body, headers) {
  const answer = await fetch(to, { method, body, headers, duplex: "half" });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

async function* pieces(content) {
  for (let at = 0; at < content.length; at += 50_000) yield content.subarray(at, at + 50_000);
}

let answer = await call("GET", api + "/bytes?5000000");
const content = answer.body;
report("download", answer.status === 200 && createHash("sha256").update(content).digest("hex") === sha256);
report("upload", (await call("PUT", api + "/hashed", content)).body.toString() === sha256);
report("unknown", (await call("PUT", api + "/hashed", ReadableStream.from(pieces(content)))).body.toString() === sha256);
const head = await call("HEAD", api + "/echo");
const gone = await call("GET", api + "/gone");
const same = await call("GET", api + "/same", undefined, { "If-None-Match": '"one"' });
report(
  "bodiless",
  head.status === 200 && head.headers.get("ETag") === '"one"' && gone.status === 204 && same.status === 304 &&
    head.body.length + gone.body.length + same.body.length === 0,
);
answer = await call("GET", api + "/bytes?5000000", undefined, { Range: "bytes=100-199" });
report("range", answer.status === 206 && answer.body.equals(content.subarray(100, 200)));
answer = await call("GET", api + "/zipped", undefined, { "Accept-Encoding": "gzip" });
report("gzip", answer.headers.get("Content-Encoding") === "gzip" && answer.body.toString() === "unzipped");
answer = await call("GET", url + "/elsewhere");
report(
  "problem",
  answer.status === 403 && answer.headers.get("Content-Type") === "application/problem+json" &&
    answer.headers.get("KafkaSend-Error") === "ENDPOINT_NOT_ALLOWED" &&
    JSON.parse(answer.body).code === "ENDPOINT_NOT_ALLOWED",
);
let reused = true;
for (let i = 0; i < 5; i++) reused &&= (await call("GET", counted + "/api/v1/gone")).status === 204;
report("reuse", reused);
report("refusal", (await call("PUT", url + "/elsewhere", Buffer.concat([content, content, content, content]))).status === 403);
