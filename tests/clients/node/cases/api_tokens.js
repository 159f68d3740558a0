'use strict';

const { ANN, ROBIN, SYNC, WAREHOUSE } = require('../ids');
const {
  EXPIRED_TOKEN,
  FORBIDDEN,
  INVALID_TOKEN,
  applicationId,
  assert,
  assertSorted,
  check,
  connect,
  invalid,
  names,
  notFound,
  refusal,
} = require('../support');

function create(client, apiToken) {
  return client.applicationApiTokens.post({ applicationId, apiToken });
}

check('tokens: sorted by each field, in both directions', async (client) => {
  await assertSorted((order) => client.applicationApiTokens.get({ applicationId, ...order }), {
    name: 'AKS',
    status: 'SKA',
    id: 'SAK',
    creationDate: 'KAS',
    lastUpdated: 'ASK',
    expirationDate: 'KSA',
  });
});

check('tokens: without parameters, by name and without secrets', async (client) => {
  const { items, ...page } = await client.applicationApiTokens.get({ applicationId });
  assert.deepEqual(names({ items }), ['Audit', 'Kiosk', 'Sync']);
  assert.ok(items.every((item) => !('token' in item)));
  assert.deepEqual(page, {
    count: 3,
    totalCount: 3,
    page: 0,
    perPage: 100,
    sortField: 'name',
    sortDirection: 'asc',
    ownerId: applicationId,
    ownerType: 'application',
    _type: 'apiTokens',
    _links: { self: { href: `/applications/${applicationId}/tokens` } },
  });
});

check('tokens: paged and filtered', async ({ applicationApiTokens: tokens }) => {
  const second = await tokens.get({ applicationId, page: 1, perPage: 2 });
  assert.deepEqual(names(second), ['Sync']);
  assert.deepEqual([second.count, second.totalCount, second.page, second.perPage], [1, 3, 1, 2]);
  for (const [filterField, filter, found] of [
    ['name', '*Y*', ['Sync']],
    ['status', 'active', ['Kiosk', 'Sync']],
  ]) {
    const page = await tokens.get({ applicationId, filterField, filter });
    assert.deepEqual([names(page), page.filterField, page.filter], [found, filterField, filter]);
  }
});

check('tokens: a new one answers what it was given, and its secret once', async () => {
  const client = connect();
  const credentials = { email: 'robin@example.com', password: 'password1234' };
  client.setOption('accessToken', (await client.auth.authenticateUser({ credentials })).token);
  const given = {
    name: 'Import',
    description: 'Every night',
    expirationDate: '2130-01-01T00:00:00.000Z',
    scope: ['experienceUsers.post', 'experienceUsers.get'],
    status: 'active',
  };
  const { token, ...created } = await create(client, given);
  const { id, creationDate, ...rest } = created;
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.deepEqual(rest, {
    ...given,
    apiTokenId: id,
    ownerId: applicationId,
    ownerType: 'application',
    creatorId: ROBIN,
    creatorType: 'user',
    creatorName: 'Robin Admin',
    lastUpdated: creationDate,
    _type: 'apiToken',
    _links: { self: { href: `/applications/${applicationId}/tokens/${id}` } },
  });
  const found = await client.applicationApiToken.get({ applicationId, apiTokenId: id });
  assert.deepEqual(found, created);
});

check('tokens: with nothing but a name, active and for everything', async (client) => {
  const created = await create(client, { name: 'All' });
  assert.deepEqual([created.scope, created.status], [['all.Application'], 'active']);
  assert.equal('expirationDate' in created, false);
});

check('tokens: a patch changes what it names', async ({ applicationApiToken: one }) => {
  const place = { applicationId, apiTokenId: SYNC };
  const before = await one.get(place);
  assert.deepEqual(before.scope, ['experienceUsers.*', 'experienceUser.*']);
  const apiToken = { name: 'Mirror', description: 'Hourly', status: 'inactive' };
  const after = await one.patch({ ...place, apiToken });
  assert.ok(after.lastUpdated > before.lastUpdated);
  assert.deepEqual(after, { ...before, ...apiToken, lastUpdated: after.lastUpdated });
  assert.deepEqual(await one.get(place), after);
});

check('tokens: a deleted one is found no more', async (client) => {
  const place = { applicationId, apiTokenId: SYNC };
  const gone = notFound('API Token');
  assert.deepEqual(await client.applicationApiToken.delete(place), { success: true });
  assert.deepEqual(await refusal(client.applicationApiToken.get(place)), gone);
  assert.deepEqual(await refusal(client.applicationApiToken.patch(place)), gone);
  assert.deepEqual(await refusal(client.applicationApiToken.delete(place)), gone);
  const left = await client.applicationApiTokens.get({ applicationId });
  assert.deepEqual(names(left), ['Audit', 'Kiosk']);
});

check('tokens: what does not fit is not created', async (client) => {
  for (const [apiToken, problem] of [
    [{}, 'apiToken.name is required'],
    [{ name: 'T', status: 'off' }, 'apiToken.status must be an enum value'],
    [{ name: 'T', scope: ['*'] }, 'apiToken.scope.0 no (or more than one) schemas match'],
  ]) {
    assert.deepEqual(await refusal(create(client, apiToken)), invalid(problem));
  }
  assert.equal((await client.applicationApiTokens.get({ applicationId })).totalCount, 3);
});

check('tokens: a narrow scope works for what it grants and nothing else', async (client) => {
  const { token } = await create(client, { name: 'Narrow', scope: ['experienceUsers.get'] });
  const bearer = connect(token);
  const page = await bearer.experienceUsers.get({ applicationId, _actions: true });
  assert.equal(page.totalCount, 6);
  assert.deepEqual(Object.keys(page._actions), ['get']);
  const experienceUser = { email: 'gil@example.com', password: 'password1234' };
  for (const forbidden of [
    () => bearer.experienceUsers.post({ applicationId, experienceUser }),
    () => bearer.experienceUser.get({ applicationId, experienceUserId: ANN }),
    () => bearer.experienceGroups.get({ applicationId }),
    () => bearer.application.get({ applicationId }),
    () => bearer.applicationApiTokens.get({ applicationId }),
    () => bearer.applications.get(),
  ]) {
    assert.deepEqual(await refusal(forbidden()), FORBIDDEN);
  }
});

check('tokens: one works in its own application only', async (client) => {
  const bearer = connect((await create(client, { name: 'All' })).token);
  assert.equal((await bearer.application.get({ applicationId })).name, 'Greenhouse');
  const foreign = { applicationId: WAREHOUSE };
  assert.deepEqual(await refusal(bearer.application.get(foreign)), notFound('Application'));
  assert.deepEqual(await refusal(bearer.experienceUsers.get(foreign)), notFound('Application'));
  assert.deepEqual(await refusal(bearer.applications.get()), FORBIDDEN);
});

check('tokens: one stops when it is inactive or deleted', async (client) => {
  const { id, token } = await create(client, { name: 'Short' });
  const place = { applicationId, apiTokenId: id };
  const list = () => connect(token).experienceUsers.get({ applicationId });
  assert.equal((await list()).count, 6);
  await client.applicationApiToken.patch({ ...place, apiToken: { status: 'inactive' } });
  assert.deepEqual(await refusal(list()), INVALID_TOKEN);
  await client.applicationApiToken.patch({ ...place, apiToken: { status: 'active' } });
  assert.equal((await list()).count, 6);
  await client.applicationApiToken.delete(place);
  assert.deepEqual(await refusal(list()), INVALID_TOKEN);
});

check('tokens: one does not work after its date', async (client) => {
  const old = { name: 'Old', expirationDate: '2020-01-01T00:00:00.000Z' };
  const bearer = connect((await create(client, old)).token);
  assert.deepEqual(await refusal(bearer.experienceUsers.get({ applicationId })), EXPIRED_TOKEN);
});
