// An upload by tus-js-client, given up after two parts and gone on with: upload.mjs URL FILE TOKEN
import { readFileSync } from "node:fs";
import * as tus from "tus-js-client";

const [endpoint, file, token] = process.argv.slice(2);
const content = readFileSync(file);
const part = 700_000;
const options = {
  endpoint,
  protocol: "ietf-draft-05",
  chunkSize: part,
  retryDelays: null,
  headers: { Authorization: `Bearer ${token}` },
};

const place = await new Promise((resolve, reject) => {
  const first = new tus.Upload(content, {
    ...options,
    onError: reject,
    onSuccess: () => reject(new Error("it was not given up")),
    onChunkComplete: (bytes, accepted) => {
      if (accepted >= 2 * part) first.abort().then(() => resolve(first.url), reject);
    },
  });
  first.start();
});

let begun;
const answer = await new Promise((resolve, reject) => {
  new tus.Upload(content, {
    ...options,
    uploadUrl: place,
    onError: reject,
    onSuccess: (done) => resolve(done?.lastResponse?.getBody() ?? ""),
    onChunkComplete: (bytes, accepted) => (begun ??= accepted - bytes),
  }).start();
});
console.log(`went on at ${begun}: ${answer}`);
