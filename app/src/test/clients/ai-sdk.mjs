// The Vercel AI SDK.

import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateText, streamText } from 'ai';

const PROMPT = 'Say hello.';

export function aiSdkChecks(to) {
  const openai = createOpenAI(to);
  return {
    'ai sdk: text': async () => {
      const { text, usage } = await generateText({
        model: openai.chat('scrip-demo'),
        prompt: PROMPT,
        maxOutputTokens: 12,
      });
      assert(text.length > 0);
      assert(usage.outputTokens > 0);
    },

    'ai sdk: text, streamed': async () => {
      const result = streamText({
        model: openai.chat('scrip-demo'),
        prompt: PROMPT,
        maxOutputTokens: 20,
      });
      let text = '';
      for await (const part of result.textStream) text += part;
      assert(text.length > 0);
      assert((await result.usage).outputTokens > 0);
    },

    'ai sdk: a response': async () => {
      const { text } = await generateText({
        model: openai.responses('scrip-demo'),
        prompt: PROMPT,
        maxOutputTokens: 16,
      });
      assert(text.length > 0);
    },

    'ai sdk: a response, streamed': async () => {
      const result = streamText({
        model: openai.responses('scrip-demo'),
        prompt: PROMPT,
        maxOutputTokens: 20,
      });
      let text = '';
      for await (const part of result.textStream) text += part;
      assert(text.length > 0);
      assert((await result.usage).outputTokens > 0);
    },

    'ai sdk: embeddings': async () => {
      const { embeddings } = await embedMany({
        model: openai.embedding('scrip-demo-embedding'),
        values: ['a small boat', 'a large ship'],
      });
      assert.equal(embeddings.length, 2);
    },
  };
}
