// SHA-256, written out: browsers offer theirs only over https, and a check must run on any page.
const primes = [];
for (let each = 2; primes.length < 64; each += 1) if (primes.every((prime) => each % prime)) primes.push(each);

/** The first 32 binary places behind the point of the root of a prime, found in whole numbers. */
function places(prime, power) {
  const wanted = BigInt(prime) << BigInt(32 * power);
  let low = 0n, high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(power) <= wanted) low = middle; else high = middle;
  }
  return Number(low & 0xffffffffn) | 0;
}
const ROUNDS = Int32Array.from(primes, (prime) => places(prime, 3));
const START = Int32Array.from(primes.slice(0, 8), (prime) => places(prime, 2));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** The hash of bytes in 64 hexadecimal digits. */
export function sha256(bytes) {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length * 8) >>> 0);
  const state = Int32Array.from(START), words = new Int32Array(64);
  for (let block = 0; block < length; block += 64) {
    for (let at = 0; at < 64; at += 1) {
      if (at < 16) { words[at] = view.getInt32(block + 4 * at); continue; }
      const x = words[at - 15], y = words[at - 2];
      words[at] = words[at - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + words[at - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 64; at += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((each, at) => { state[at] += each; });
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
