// Calls the gateway as people's programs do: with their SDKs, and nothing changed but the address
// and the key. One line per check; ends with 1 if one failed.

import assert from 'node:assert/strict';
import { openaiChecks } from './openai.mjs';
import { aiSdkChecks } from './ai-sdk.mjs';
import { langchainChecks } from './langchain.mjs';

const url = process.env.SCRIP_URL;
const key = process.env.SCRIP_KEY;
assert(url && key, 'SCRIP_URL and SCRIP_KEY must be set');

const to = { baseURL: `${url}/v1`, apiKey: key };
const checks = { ...openaiChecks(to), ...aiSdkChecks(to), ...langchainChecks(to) };

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (failure) {
    failed++;
    console.log(`FAILED  ${name}\n${failure.stack ?? failure}`);
  }
}
console.log(`${Object.keys(checks).length - failed} of ${Object.keys(checks).length} checks passed`);
process.exitCode = failed === 0 ? 0 : 1;
