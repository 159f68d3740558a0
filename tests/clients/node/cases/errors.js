'use strict';

const { MISSING } = require('../ids');
const {
  FORBIDDEN,
  INVALID_TOKEN,
  applicationId,
  assert,
  check,
  connect,
  invalid,
  notFound,
  refusal,
} = require('../support');

check('errors: a malformed id is named, whatever the token', async (client) => {
  const problem = invalid('applicationId pattern mismatch');
  const place = { applicationId: 'my app' };
  assert.deepEqual(await refusal(client.experienceUsers.get(place)), problem);
  assert.deepEqual(await refusal(connect('nonsense').experienceUsers.get(place)), problem);
});

check('errors: without a valid token nothing is allowed', async () => {
  const list = (client) => client.experienceUsers.get({ applicationId });
  assert.deepEqual(await refusal(list(connect())), FORBIDDEN);
  assert.deepEqual(await refusal(list(connect('nonsense'))), INVALID_TOKEN);
});

check('errors: what does not exist is named by its kind', async (client) => {
  for (const [action, what] of [
    [() => client.application.get({ applicationId: MISSING }), 'Application'],
    [() => client.experienceUsers.get({ applicationId: MISSING }), 'Application'],
    [() => client.experienceUser.get({ applicationId, experienceUserId: MISSING }), 'Experience User'],
    [() => client.experienceGroup.get({ applicationId, experienceGroupId: MISSING }), 'Experience Group'],
    [() => client.applicationApiToken.get({ applicationId, apiTokenId: MISSING }), 'API Token'],
  ]) {
    assert.deepEqual(await refusal(action()), notFound(what));
  }
});

check('errors: an action that is not mocked is answered by its name', async (client) => {
  for (const [action, name] of [
    [() => client.devices.get({ applicationId }), 'devices.get'],
    [() => client.experienceEndpoints.post({ applicationId }), 'experienceEndpoints.post'],
    [() => client.application.clone({ applicationId }), 'application.clone'],
    [() => client.orgs.get(), 'orgs.get'],
    [() => client.auth.authenticateDevice({}), 'auth.authenticateDevice'],
  ]) {
    const { status, type, message } = await refusal(action());
    assert.deepEqual([status, type], [501, 'NotImplemented']);
    assert.ok(message.includes(name), message);
  }
});

check('errors: a path that does not exist is not allowed', async (client) => {
  assert.deepEqual(await refusal(client.request({ method: 'GET', url: '/nowhere' })), {
    status: 405,
    type: 'MethodNotAllowed',
    message: 'GET is not allowed',
  });
});

check('errors: a callback gets them too', async (client) => {
  const call = (params) =>
    new Promise((resolve) => {
      client.experienceUsers.get(params, (error, page) => resolve({ error, page }));
    });
  const { error } = await call({ applicationId: MISSING });
  assert.deepEqual([error.statusCode, error.type], [404, 'NotFound']);
  const { error: none, page } = await call({ applicationId });
  assert.deepEqual([none, page.count], [null, 6]);
});
