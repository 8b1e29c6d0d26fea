// The Vercel AI SDK.

import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateText, streamText } from 'ai';

const PROMPT = 'Say hello.';

/** Both ways of asking a model for a text, whose answers the SDK reads alike. */
function textChecks(name, model) {
  return {
    [`ai sdk: ${name}`]: async () => {
      const { text, usage } = await generateText({ model, prompt: PROMPT, maxOutputTokens: 16 });
      assert(text.length > 0);
      assert(usage.outputTokens > 0);
    },

    [`ai sdk: ${name}, streamed`]: async () => {
      const result = streamText({ model, prompt: PROMPT, maxOutputTokens: 20 });
      let text = '';
      for await (const part of result.textStream) text += part;
      assert(text.length > 0);
      assert((await result.usage).outputTokens > 0);
    },
  };
}

export function aiSdkChecks(to) {
  const openai = createOpenAI(to);
  return {
    ...textChecks('text', openai.chat('scrip-demo')),
    ...textChecks('a response', openai.responses('scrip-demo')),

    'ai sdk: embeddings': async () => {
      const { embeddings } = await embedMany({
        model: openai.embedding('scrip-demo-embedding'),
        values: ['a small boat', 'a large ship'],
      });
      assert.equal(embeddings.length, 2);
    },
  };
}
