// Runs the check beside the page, so that the page answers while it goes on.
import { verify } from "./verify_whole.js";

let told = 0;
onmessage = ({ data }) => {
  const tell = (name, state, said) => postMessage({ name, state, said });
  const progress = (part) => { const now = Math.round(part * 1000); if (now !== told) postMessage({ part: told = now }); };
  const { state, value, bound } = verify(data, tell, progress);
  postMessage({ verdict: state, value: value === null ? null : String(value), bound: bound === null ? null : String(bound) });
};
