// OpenAI's own SDK for Node.

import assert from 'node:assert/strict';
import OpenAI, { AuthenticationError, NotFoundError } from 'openai';

const HELLO = [{ role: 'user', content: 'Say hello.' }];

export function openaiChecks(to) {
  const client = new OpenAI(to);
  return {
    'openai: models': async () => {
      const ids = [];
      for await (const model of client.models.list()) ids.push(model.id);
      assert(ids.includes('scrip-demo'));
      assert.equal((await client.models.retrieve('scrip-demo')).id, 'scrip-demo');
    },

    'openai: chat completion': async () => {
      const { data, response } = await client.chat.completions
        .create({ model: 'scrip-demo', messages: HELLO, max_completion_tokens: 12 })
        .withResponse();
      assert(data.choices[0].message.content.length > 0);
      assert(data.usage.total_tokens > 0);
      assert(Number(response.headers.get('x-scrip-cost')) > 0);
      assert.match(response.headers.get('x-request-id'), /^req_/);
      assert.equal(data._request_id, response.headers.get('x-request-id'));
    },

    'openai: chat completion, streamed': async () => {
      const stream = await client.chat.completions.create({
        model: 'scrip-demo',
        messages: HELLO,
        max_completion_tokens: 20,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      let usage;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta?.content ?? '';
        usage = chunk.usage ?? usage;
      }
      assert(text.length > 0);
      assert(usage.cost > 0);
    },

    'openai: a stream that is left': async () => {
      const stream = client.chat.completions.stream({
        model: 'scrip-demo',
        messages: HELLO,
        max_completion_tokens: 50,
      });
      for await (const _ of stream) break;
      stream.abort();
    },

    'openai: a response': async () => {
      const answer = await client.responses.create({
        model: 'scrip-demo',
        input: 'Say hello.',
        max_output_tokens: 16,
        store: false,
      });
      assert(answer.output_text.length > 0);
      assert(answer.usage.output_tokens > 0);
    },

    'openai: a response, streamed': async () => {
      const stream = client.responses.stream({
        model: 'scrip-demo',
        input: [{ role: 'user', content: 'Say hello.' }],
        instructions: 'Be short.',
        max_output_tokens: 16,
        store: false,
      });
      const types = new Set();
      for await (const event of stream) types.add(event.type);
      assert(types.has('response.created'));
      assert(types.has('response.output_text.delta'));
      const final = await stream.finalResponse();
      assert(final.usage.total_tokens > 0);
    },

    'openai: a completion': async () => {
      const answer = await client.completions.create({
        model: 'scrip-demo',
        prompt: 'Once upon a time',
        max_tokens: 10,
      });
      assert(answer.choices[0].text.length > 0);
      assert(answer.usage.completion_tokens > 0);
    },

    'openai: embeddings': async () => {
      const answer = await client.embeddings.create({
        model: 'scrip-demo-embedding',
        input: ['a small boat', 'a large ship'],
      });
      assert.equal(answer.data.length, 2);
      assert(answer.data[0].embedding.length > 10);
      assert(answer.usage.prompt_tokens > 0);
    },

    'openai: moderations': async () => {
      const answer = await client.moderations.create({
        model: 'scrip-demo-moderation',
        input: 'A friendly word.',
      });
      assert.equal(answer.results[0].flagged, false);
    },

    'openai: an image': async () => {
      const answer = await client.images.generate({
        model: 'scrip-demo-image',
        prompt: 'A small boat.',
        size: '1024x1024',
      });
      assert(answer.data[0].b64_json.length > 100);
    },

    'openai: an image, edited': async () => {
      const drawn = await client.images.generate({
        model: 'scrip-demo-image',
        prompt: 'A small boat.',
        size: '1024x1024',
      });
      const bytes = Buffer.from(drawn.data[0].b64_json, 'base64');
      const answer = await client.images.edit({
        model: 'scrip-demo-image',
        image: new File([bytes], 'boat.png', { type: 'image/png' }),
        prompt: 'Add a sail.',
      });
      assert(answer.data[0].b64_json.length > 100);
    },

    'openai: speech, and what was said': async () => {
      const speech = await client.audio.speech.create({
        model: 'scrip-demo-speech',
        voice: 'alloy',
        input: 'Good morning.',
        response_format: 'wav',
      });
      const sound = Buffer.from(await speech.arrayBuffer());
      assert.equal(sound.subarray(0, 4).toString(), 'RIFF');
      const heard = await client.audio.transcriptions.create({
        model: 'scrip-demo-transcribe',
        file: new File([sound], 'morning.wav', { type: 'audio/wav' }),
      });
      assert(heard.text.length > 0);
      const translated = await client.audio.translations.create({
        model: 'scrip-demo-transcribe',
        file: new File([sound], 'morning.wav', { type: 'audio/wav' }),
      });
      assert(translated.text.length > 0);
    },

    'openai: errors are its own classes': async () => {
      await assert.rejects(
        client.chat.completions.create({ model: 'no-such-model', messages: HELLO }),
        (error) => error instanceof NotFoundError && error.code === 'model_not_found',
      );
      await assert.rejects(
        new OpenAI({ ...to, apiKey: 'sk-wrong' }).models.list(),
        (error) => error instanceof AuthenticationError && error.code === 'invalid_api_key',
      );
    },
  };
}
