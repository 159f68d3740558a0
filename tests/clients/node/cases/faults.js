'use strict';

const {
  EXPIRED_TOKEN,
  applicationId,
  assert,
  check,
  connect,
  refusal,
  token,
  url,
} = require('../support');

const USERS = `${url}/applications/${applicationId}/experience/users`;
const CREATION = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
  body: JSON.stringify({ email: 'gil@example.com', password: 'password1234' }),
};

/** Ask the control plane, and return its answer. */
async function control(method, path, body) {
  const response = await fetch(`${url}/_mock${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path} answered ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

const fault = (kind, values) => control('POST', '/faults', { kind, ...values });

function list(signal) {
  return fetch(USERS, { headers: { Authorization: `Bearer ${token}` }, signal });
}

async function count() {
  return (await (await list()).json()).totalCount;
}

/** Return the error that a promise is rejected with, and what caused it. */
async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('did not fail');
}

check('fetch: a reset is one', async () => {
  await fault('reset', { first: 1 });
  const error = await failure(list());
  assert.equal(error.cause.code, 'ECONNRESET');
  assert.equal(await count(), 6);
});

check('fetch: a connection that is closed without an answer', async () => {
  await fault('close', { first: 1 });
  const error = await failure(list());
  assert.equal(error.cause.code, 'UND_ERR_SOCKET');
  assert.match(error.cause.message, /other side closed/);
  assert.equal(await count(), 6);
});

check('fetch: a truncated body ends early', async () => {
  await fault('truncated', { first: 1 });
  const response = await list();
  assert.equal(response.status, 200);
  const error = await failure(response.text());
  assert.match(error.message, /terminated/);
  assert.equal(await count(), 6);
});

check('fetch: a malformed body is whole and no JSON', async () => {
  await fault('malformed', { first: 1 });
  const response = await list();
  const length = Number(response.headers.get('content-length'));
  const content = await response.arrayBuffer();
  assert.deepEqual([response.status, content.byteLength], [200, length]);
  assert.throws(() => JSON.parse(Buffer.from(content)), SyntaxError);
  assert.equal(await count(), 6);
});

check('fetch: a delay takes its time', async () => {
  await fault('delay', { seconds: 0.15 });
  const began = performance.now();
  assert.equal(await count(), 6);
  assert.ok(performance.now() - began >= 145);
});

check('fetch: a request that is given up leaves a trace', async () => {
  await fault('delay', { seconds: 60, first: 1 });
  const error = await failure(list(AbortSignal.timeout(100)));
  assert.equal(error.name, 'TimeoutError');
  assert.equal(await count(), 6);
  let items = [];
  while (items.length < 2) ({ items } = await control('GET', '/requests'));
  assert.ok(items.some(({ status, error: type }) => status === null && type === 'ClientGone'));
});

check('fetch: a slow body comes in pieces', async () => {
  const whole = await (await list()).text();
  await fault('slow', { bytesPerSecond: Buffer.byteLength(whole) / 0.2 });
  const began = performance.now();
  const response = await list();
  let received = '';
  let pieces = 0;
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    received += piece;
    pieces += 1;
  }
  assert.ok(performance.now() - began >= 190);
  assert.equal(received, whole);
  assert.ok(pieces > 1);
});

check('fetch: an error with a body and Retry-After', async () => {
  await fault('status', { status: 503, message: 'Back soon', retryAfter: 3 });
  const response = await list();
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '3']);
  assert.deepEqual(await response.json(), { type: 'ServiceUnavailable', message: 'Back soon' });
});

/** Create a user while a fault strikes, and tell whether there is one more afterwards. */
async function isCarriedOut(kind, values) {
  await control('POST', '/reset');
  await fault(kind, { method: 'POST', ...values });
  const answered = await fetch(USERS, CREATION).then(({ status }) => status, () => null);
  assert.equal(answered, values.status ?? null);
  return (await count()) === 7;
}

check('fetch: what fails before the deed was not done', async () => {
  assert.equal(await isCarriedOut('status', { status: 500 }), false);
  assert.equal(await isCarriedOut('reset', {}), false);
  assert.equal(await isCarriedOut('close', {}), false);
});

check('fetch: what fails after the deed was done', async () => {
  assert.equal(await isCarriedOut('status', { status: 500, carryOut: true }), true);
  assert.equal(await isCarriedOut('reset', { carryOut: true }), true);
  assert.equal(await isCarriedOut('close', { carryOut: true }), true);
});

/** Fetch again while that fails, and wait longer each time, or as long as one is told. */
async function persistently(send, tries) {
  let pause = 10;
  for (let left = tries; left > 0; left -= 1) {
    const response = await send().catch(() => undefined);
    if (response && response.status < 500 && response.status !== 429) return response;
    const told = Number(response?.headers.get('retry-after') ?? 0) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(pause, told)));
    pause *= 2;
  }
  return assert.fail(`failed ${tries} times`);
}

check('fetch: two fail, and the third of a client that tries again succeeds', async () => {
  for (const [kind, failed, values] of [
    ['status', 503, { status: 503 }],
    ['reset', null, {}],
    ['close', null, {}],
  ]) {
    await control('POST', '/reset');
    const { id } = await fault(kind, { first: 2, ...values });
    assert.equal((await persistently(() => fetch(USERS, CREATION), 3)).status, 201);
    const { items } = await control('GET', '/requests?action=experienceUsers.post');
    assert.deepEqual(
      items.map(({ status, faults }) => [status, faults]),
      [
        [failed, [id]],
        [failed, [id]],
        [201, []],
      ],
    );
  }
});

check('fetch: whoever waits as long as a rate limit says is let in', async () => {
  await fault('rateLimit', { limit: 1, window: 1 });
  for (let request = 0; request < 2; request += 1) {
    assert.equal((await persistently(list, 3)).status, 200);
  }
  const { items } = await control('GET', '/requests');
  assert.deepEqual(
    items.map(({ status }) => status),
    [200, 429, 200],
  );
});

check('faults: an injected error is an error of the client', async (client) => {
  await fault('status', { status: 500, type: 'Broken', message: 'Nobody knows' });
  assert.deepEqual(await refusal(client.experienceUsers.get({ applicationId })), {
    status: 500,
    type: 'Broken',
    message: 'Nobody knows',
  });
});

check('faults: one request too many is refused as the API does', async (client) => {
  await fault('rateLimit', { limit: 1, window: 60 });
  await client.experienceUsers.get({ applicationId });
  assert.deepEqual(await refusal(client.experienceUsers.get({ applicationId })), {
    status: 429,
    type: 'TooManyRequests',
    message: 'Too many requests',
  });
});

check('faults: a token that is good is answered as one that has expired', async (client) => {
  await fault('expiredToken', { first: 1 });
  assert.deepEqual(await refusal(client.experienceUsers.get({ applicationId })), EXPIRED_TOKEN);
  assert.equal((await client.experienceUsers.get({ applicationId })).totalCount, 6);
});

check('faults: the client lets errors of the connection through', async (client) => {
  for (const kind of ['reset', 'close', 'truncated']) {
    await fault(kind, { first: 1 });
    const error = await failure(client.experienceUsers.get({ applicationId }));
    assert.equal(error.code, 'ECONNRESET');
    assert.equal((await client.experienceUsers.get({ applicationId })).totalCount, 6);
  }
});

check('clock: a token of one hour has expired after two', async () => {
  const made = await control('POST', '/tokens', { expiresIn: 3600 });
  const client = connect(made.token);
  assert.equal((await client.experienceUsers.get({ applicationId })).totalCount, 6);
  await control('PUT', '/clock', { advance: 7200 });
  assert.deepEqual(await refusal(client.experienceUsers.get({ applicationId })), EXPIRED_TOKEN);
});

check('clock: what is created while it stands still has one date', async (client) => {
  await control('PUT', '/clock', { now: '2031-02-03T04:05:06Z', frozen: true });
  const experienceUser = { email: 'gil@example.com', password: 'password1234' };
  const user = await client.experienceUsers.post({ applicationId, experienceUser });
  const experienceGroup = { name: 'New' };
  const group = await client.experienceGroups.post({ applicationId, experienceGroup });
  const seconds = (Date.UTC(2031, 1, 3, 4, 5, 6) / 1000).toString(16);
  for (const { id, creationDate } of [user, group]) {
    assert.deepEqual([id.slice(0, 8), creationDate], [seconds, '2031-02-03T04:05:06.000Z']);
  }
});
