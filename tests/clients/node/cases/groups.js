'use strict';

const { ANN, CLEO, COMPANY, DEVICE, DORA, ENDPOINT, LAB, SALES } = require('../ids');
const {
  applicationId,
  assert,
  assertSorted,
  check,
  initials,
  invalid,
  notFound,
  refusal,
} = require('../support');

const lab = { applicationId, experienceGroupId: LAB };

check('groups: without parameters, by name', async (client) => {
  const { items, ...page } = await client.experienceGroups.get({ applicationId });
  assert.equal(initials({ items, count: 6 }), 'CEGLNS');
  assert.deepEqual(page, {
    count: 6,
    totalCount: 6,
    page: 0,
    perPage: 100,
    sortField: 'name',
    sortDirection: 'asc',
    applicationId,
    _type: 'experienceGroups',
    _links: { self: { href: `/applications/${applicationId}/experience/groups` } },
  });
  assert.deepEqual(items[3], await client.experienceGroup.get(lab));
});

check('groups: sorted by each field, in both directions', async ({ experienceGroups }) => {
  await assertSorted((order) => experienceGroups.get({ applicationId, ...order }), {
    name: 'CEGLNS',
    id: 'CSNELG',
    creationDate: 'GLENSC',
    lastUpdated: 'NSGCEL',
  });
});

check('groups: paged and filtered', async ({ experienceGroups }) => {
  const second = await experienceGroups.get({ applicationId, page: 1, perPage: 4 });
  assert.equal(initials(second), 'NS');
  assert.deepEqual([second.page, second.perPage, second.totalCount], [1, 4, 6]);
  for (const [filter, found] of [['Lab', 'L'], ['*S', 'GS'], ['?a*', 'LS'], ['a', '']]) {
    const page = await experienceGroups.get({ applicationId, filterField: 'name', filter });
    assert.deepEqual([initials(page), page.totalCount], [found, found.length]);
    assert.deepEqual([page.filterField, page.filter], ['name', filter]);
  }
  const wrong = experienceGroups.get({ applicationId, sortField: 'email' });
  assert.deepEqual(await refusal(wrong), invalid('sortField must be an enum value'));
});

// For queries, this client has its general request.
check('groups: by an advanced query', async (client) => {
  const url = `/applications/${applicationId}/experience/groups`;
  for (const [query, found] of [
    [{}, 'CEGLNS'],
    [{ name: { $startsWith: 's', $ci: true } }, 'S'],
    [{ id: LAB }, 'L'],
    [{ creationDate: { $lt: '2023-03-01' } }, 'GL'],
    [{ lastUpdated: { $gte: '2024-05-01' } }, 'EL'],
    [{ parentId: SALES }, 'EN'],
    [{ parentId: null }, 'CG'],
    [{ ancestorId: COMPANY }, 'ELNS'],
    [{ groupTags: { $tagKey: 'shop' } }, 'S'],
    [{ experienceUserId: CLEO }, 'EL'],
    [{ experienceEndpointId: ENDPOINT }, 'L'],
    [{ $and: [{ ancestorId: COMPANY }, { experienceUserId: ANN }] }, 'S'],
  ]) {
    const params = { query: JSON.stringify(query), filterField: 'name', filter: 'Guests' };
    const page = await client.request({ method: 'GET', url, params });
    assert.deepEqual([initials(page), page.totalCount], [found, found.length], params.query);
  }
});

check('groups: a new one answers what it was given', async (client) => {
  const given = {
    name: 'Soil',
    description: '',
    experienceUserIds: [ANN, CLEO],
    experienceEndpointIds: [ENDPOINT],
    groupTags: { costs: '310' },
    deviceIds: [DEVICE],
    deviceTags: [{ key: 'floor', value: '1' }, { key: 'floor' }, { value: '2' }],
    deviceQueryJson: '{"name": "x"}',
    parentId: LAB,
  };
  const post = { applicationId, experienceGroup: given };
  const created = await client.experienceGroups.post(post);
  const { id, creationDate, ...rest } = created;
  rest.experienceUserIds.sort();
  assert.deepEqual(rest, {
    ...given,
    experienceGroupId: id,
    applicationId,
    lastUpdated: creationDate,
    ancestorIds: [LAB, COMPANY],
    _type: 'experienceGroup',
    _links: { self: { href: `/applications/${applicationId}/experience/groups/${id}` } },
  });
  const found = await client.experienceGroup.get({ applicationId, experienceGroupId: id });
  assert.deepEqual(found, created);
});

check('groups: one with nothing but a name is empty and a root', async ({ experienceGroups }) => {
  const experienceGroup = { name: 'Shed' };
  const created = await experienceGroups.post({ applicationId, experienceGroup });
  for (const list of ['experienceUserIds', 'experienceEndpointIds', 'deviceIds', 'deviceTags']) {
    assert.deepEqual(created[list], [], list);
  }
  assert.deepEqual([created.groupTags, created.parentId, created.ancestorIds], [{}, null, []]);
});

check('groups: one answers everything that is known of it', async ({ experienceGroup: one }) => {
  const group = await one.get({ ...lab, losantdomain: 'example.com' });
  assert.equal(group.name, 'Lab');
  assert.equal(group.creationDate, '2023-02-01T00:00:00.000Z');
  assert.equal(group.lastUpdated, '2024-06-01T00:00:00.000Z');
  assert.deepEqual(group.groupTags, { costs: '300' });
  assert.deepEqual(group.experienceEndpointIds, [ENDPOINT]);
  assert.deepEqual(group.experienceUserIds.sort(), [CLEO, DORA]);
  assert.deepEqual([group.parentId, group.ancestorIds], [COMPANY, [COMPANY]]);
});

check('groups: devices are counted when asked for', async ({ experienceGroup: one }) => {
  for (const [asked, counts] of [
    [{}, {}],
    [{ includeDirectDeviceCount: true }, { directDeviceCount: 0 }],
    [{ includeTotalDeviceCount: true }, { totalDeviceCount: 0 }],
    [{ includeDirectDeviceCount: false, includeTotalDeviceCount: 'yes' }, { totalDeviceCount: 0 }],
  ]) {
    const group = Object.entries(await one.get({ ...lab, ...asked }));
    const counted = group.filter(([key]) => key.endsWith('DeviceCount'));
    assert.deepEqual(Object.fromEntries(counted), counts);
  }
});

check('groups: a patch changes what it names', async ({ experienceGroup: one }) => {
  const before = await one.get(lab);
  const experienceGroup = {
    name: 'Laboratory',
    description: 'Quiet',
    groupTags: { floor: '2' },
    experienceEndpointIds: [],
    deviceIds: [DEVICE],
    deviceTags: [{ key: 'floor' }],
    deviceQueryJson: '{}',
  };
  const after = await one.patch({ ...lab, experienceGroup });
  assert.ok(after.lastUpdated > before.lastUpdated);
  assert.deepEqual(after, { ...before, ...experienceGroup, lastUpdated: after.lastUpdated });
  assert.deepEqual(await one.get(lab), after);
  const cleared = await one.patch({ ...lab, experienceGroup: { deviceQueryJson: null } });
  assert.deepEqual([cleared.deviceQueryJson, cleared.deviceIds], [null, [DEVICE]]);
});

check('groups: a deleted one is found no more', async (client) => {
  const gone = notFound('Experience Group');
  assert.deepEqual(await client.experienceGroup.delete(lab), { success: true });
  assert.deepEqual(await refusal(client.experienceGroup.get(lab)), gone);
  assert.deepEqual(await refusal(client.experienceGroup.patch(lab)), gone);
  assert.deepEqual(await refusal(client.experienceGroup.delete(lab)), gone);
  assert.equal(initials(await client.experienceGroups.get({ applicationId })), 'CEGNS');
});

check('groups: what does not fit is neither created nor changed', async (client) => {
  const before = await client.experienceGroups.get({ applicationId });
  for (const [change, problem] of [
    [{ name: '' }, '.name has less length than allowed'],
    [{ description: null }, '.description is the wrong type'],
    [{ groupTags: { 'a b': 'c' } }, '.groupTags has additional properties'],
    [{ deviceTags: [{ size: '9' }] }, '.deviceTags.0 has additional properties'],
    [{ parentId: 'Lab' }, '.parentId no (or more than one) schemas match'],
    [{ colour: 'red' }, ' has additional properties'],
  ]) {
    const expected = invalid(`experienceGroup${problem}`);
    const experienceGroup = { name: 'Shed', ...change };
    const create = client.experienceGroups.post({ applicationId, experienceGroup });
    assert.deepEqual(await refusal(create), expected);
    const patch = client.experienceGroup.patch({ ...lab, experienceGroup: change });
    assert.deepEqual(await refusal(patch), expected);
  }
  assert.deepEqual(await client.experienceGroups.get({ applicationId }), before);
});
