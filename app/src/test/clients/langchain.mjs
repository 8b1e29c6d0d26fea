// LangChain.js.

import assert from 'node:assert/strict';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';

const PROMPT = 'Say hello.';

export function langchainChecks({ baseURL, apiKey }) {
  const configuration = { baseURL };
  const chat = (more) =>
    new ChatOpenAI({ model: 'scrip-demo', apiKey, configuration, maxTokens: 20, ...more });
  return {
    'langchain: chat': async () => {
      const answer = await chat().invoke(PROMPT);
      assert(answer.text.length > 0);
      assert(answer.usage_metadata.output_tokens > 0);
    },

    'langchain: chat, streamed': async () => {
      let whole;
      for await (const chunk of await chat({ streamUsage: true }).stream(PROMPT)) {
        whole = whole === undefined ? chunk : whole.concat(chunk);
      }
      assert(whole.text.length > 0);
      assert(whole.usage_metadata.output_tokens > 0);
    },

    'langchain: a response': async () => {
      const answer = await chat({ useResponsesApi: true }).invoke(PROMPT);
      assert(answer.text.length > 0);
    },

    'langchain: embeddings': async () => {
      const vectors = await new OpenAIEmbeddings({
        model: 'scrip-demo-embedding',
        apiKey,
        configuration,
      }).embedDocuments(['a small boat', 'a large ship']);
      assert.equal(vectors.length, 2);
      assert(vectors[0].length > 10);
    },
  };
}
