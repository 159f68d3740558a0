'use strict';

const { ROBIN } = require('../ids');
const { applicationId, assert, check, connect, invalid, refusal } = require('../support');

const CREDENTIALS = { email: 'robin@example.com', password: 'password1234' };
const WRONG = { status: 401, type: 'Unauthorized', message: 'Invalid email or password' };

check('auth: a login tells who logged in', async () => {
  const { token, ...login } = await connect().auth.authenticateUser({ credentials: CREDENTIALS });
  assert.deepEqual(login, { userId: ROBIN, needsToVerifyEmail: false });
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.deepEqual(claims.scope, ['all.User']);
});

check('auth: the token of a login works', async () => {
  const client = connect();
  const { token } = await client.auth.authenticateUser({ credentials: CREDENTIALS });
  client.setOption('accessToken', token);
  assert.equal((await client.applications.get()).totalCount, 3);
  const experienceUser = { email: 'gil@example.com', password: 'password1234' };
  const { id } = await client.experienceUsers.post({ applicationId, experienceUser });
  const found = await client.experienceUser.get({ applicationId, experienceUserId: id });
  assert.equal(found.email, 'gil@example.com');
  const created = await client.applications.post({ application: { name: 'Shed' } });
  assert.deepEqual([created.ownerId, created.ownerType], [ROBIN, 'user']);
});

check('auth: a two-factor code and requested scopes are accepted', async () => {
  const credentials = { ...CREDENTIALS, twoFactorCode: '123456', requestedScopes: ['all.User'] };
  assert.equal((await connect().auth.authenticateUser({ credentials })).userId, ROBIN);
});

check('auth: a wrong password and an unknown email get the same answer', async () => {
  const { auth } = connect();
  for (const wrong of [{ password: 'password12345' }, { email: 'nobody@example.com' }]) {
    const credentials = { ...CREDENTIALS, ...wrong };
    assert.deepEqual(await refusal(auth.authenticateUser({ credentials })), WRONG);
  }
});

check('auth: credentials that do not fit are told apart from wrong ones', async () => {
  const { auth } = connect();
  for (const [change, problem] of [
    [{ email: undefined }, 'credentials.email is required'],
    [{ password: 'short' }, 'credentials.password has less length than allowed'],
    [{ name: 'Robin' }, 'credentials has additional properties'],
  ]) {
    const credentials = { ...CREDENTIALS, ...change };
    assert.deepEqual(await refusal(auth.authenticateUser({ credentials })), invalid(problem));
  }
});
