'use strict';

const { ORGANIZATION, ROBIN } = require('../ids');
const {
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

const OTHER_ORGANIZATION = '0f0000000000000000000002';

async function logIn() {
  const client = connect();
  const credentials = { email: 'robin@example.com', password: 'password1234' };
  const { token } = await client.auth.authenticateUser({ credentials });
  return client.setOption('accessToken', token);
}

check('applications: sorted by each field, in both directions', async ({ applications }) => {
  await assertSorted((order) => applications.get(order), {
    name: 'AGW',
    id: 'GWA',
    creationDate: 'WAG',
    ownerId: 'WGA',
    lastUpdated: 'GAW',
  });
});

check('applications: without parameters, by name', async ({ applications }) => {
  const { items, ...page } = await applications.get();
  assert.deepEqual(names({ items }), ['Atrium', 'Greenhouse', 'Warehouse']);
  assert.deepEqual(page, {
    count: 3,
    totalCount: 3,
    page: 0,
    perPage: 100,
    sortField: 'name',
    sortDirection: 'asc',
    _type: 'applications',
    _links: { self: { href: '/applications' } },
  });
});

check('applications: paged and filtered', async ({ applications }) => {
  const second = await applications.get({ page: 1, perPage: 2 });
  assert.deepEqual(names(second), ['Warehouse']);
  assert.deepEqual([second.count, second.totalCount, second.page, second.perPage], [1, 3, 1, 2]);
  const found = await applications.get({ filterField: 'name', filter: '*HOUSE' });
  assert.deepEqual(names(found), ['Greenhouse', 'Warehouse']);
  assert.deepEqual([found.filterField, found.filter], ['name', '*HOUSE']);
});

check('applications: of an organization', async () => {
  const { applications } = await logIn();
  const barn = await applications.post({ application: { name: 'Barn', orgId: ORGANIZATION } });
  assert.deepEqual([barn.ownerId, barn.ownerType], [ORGANIZATION, 'organization']);
  assert.deepEqual(names(await applications.get({ orgId: ORGANIZATION })), ['Barn']);
  assert.deepEqual(names(await applications.get({ orgId: OTHER_ORGANIZATION })), []);
});

check('applications: of the caller, by a blank organization', async () => {
  const { applications } = await logIn();
  await applications.post({ application: { name: 'Barn', orgId: ORGANIZATION } });
  assert.deepEqual(names(await applications.get({ orgId: '' })), ['Atrium', 'Greenhouse']);
});

check('applications: the summary has the chosen counts', async (client) => {
  const name = { filterField: 'name', filter: 'Greenhouse' };
  const application = { description: 'Cucumbers' };
  for (const ask of [
    (summary) => client.application.get({ applicationId, ...summary }),
    (summary) => client.application.patch({ applicationId, application, ...summary }),
    async (summary) => (await client.applications.get({ ...name, ...summary })).items[0],
  ]) {
    const everything = (await ask({})).summary;
    assert.deepEqual(Object.entries(everything).filter(([, count]) => count > 0).sort(), [
      ['apiTokenCount', 3],
      ['experienceGroupCount', 6],
      ['experienceUserCount', 6],
    ]);
    const included = await ask({ summaryInclude: 'experienceUserCount,deviceCount' });
    assert.deepEqual(included.summary, { experienceUserCount: 6, deviceCount: 0 });
    const excluded = await ask({ summaryExclude: 'experienceUserCount,deviceCount' });
    assert.deepEqual({ ...excluded.summary, ...included.summary }, everything);
    assert.equal('deviceCount' in excluded.summary, false);
  }
  const created = await client.applications.post({
    application: { name: 'Shed' },
    summaryInclude: 'experienceUserCount,apiTokenCount',
    summaryExclude: 'apiTokenCount',
  });
  assert.deepEqual(created.summary, { experienceUserCount: 0 });
});

check('applications: a new one answers what it was given', async () => {
  const client = await logIn();
  const given = {
    name: 'Shed',
    description: 'Tools',
    endpointSlug: 'shed-1',
    endpointDefaultCors: true,
    globals: [{ key: 'colour', json: '"green"' }],
  };
  const created = await client.applications.post({ application: given });
  const { id, creationDate, summary, ...rest } = created;
  assert.deepEqual(rest, {
    ...given,
    applicationId: id,
    lastUpdated: creationDate,
    ownerId: ROBIN,
    ownerType: 'user',
    _type: 'application',
    _links: { self: { href: `/applications/${id}` } },
  });
  assert.equal(summary.experienceUserCount, 0);
  assert.deepEqual(await client.application.get({ applicationId: id }), created);
});

check('applications: a patch changes what it names', async (client) => {
  const before = await client.application.get({ applicationId });
  const application = { name: 'Glasshouse', endpointSlug: 'glass' };
  const after = await client.application.patch({ applicationId, application });
  assert.ok(after.lastUpdated > before.lastUpdated);
  assert.deepEqual(after, { ...before, ...application, lastUpdated: after.lastUpdated });
  assert.deepEqual(await client.application.get({ applicationId }), after);
});

check('applications: a deleted one takes everything with it', async (client) => {
  assert.deepEqual(await client.application.delete({ applicationId }), { success: true });
  const gone = notFound('Application');
  assert.deepEqual(await refusal(client.application.get({ applicationId })), gone);
  assert.deepEqual(await refusal(client.application.delete({ applicationId })), gone);
  assert.deepEqual(await refusal(client.experienceUsers.get({ applicationId })), gone);
  assert.deepEqual(await refusal(client.experienceGroups.get({ applicationId })), gone);
  assert.deepEqual(await refusal(client.applicationApiTokens.get({ applicationId })), gone);
  assert.deepEqual(names(await client.applications.get()), ['Atrium', 'Warehouse']);
});

check('applications: what does not fit is not created', async ({ applications }) => {
  for (const [application, problem] of [
    [{}, 'application.name is required'],
    [{ name: 'Shed', endpointSlug: 'Shed' }, 'application.endpointSlug pattern mismatch'],
    [{ name: 'Shed', colour: 'red' }, 'application has additional properties'],
  ]) {
    assert.deepEqual(await refusal(applications.post({ application })), invalid(problem));
  }
  assert.equal((await applications.get()).totalCount, 3);
});
