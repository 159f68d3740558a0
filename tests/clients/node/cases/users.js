'use strict';

const { ANN, CLEO, COMPANY, GUESTS, LAB, MISSING, NORTH, SALES } = require('../ids');
const { applicationId, assert, check, invalid, notFound, refusal } = require('../support');

const ann = { applicationId, experienceUserId: ANN };
const password = 'password1234';

check('users: a new one answers what it was given, without the password', async (client) => {
  const given = {
    email: 'Gil@example.com',
    firstName: 'Gül 😀',
    lastName: '',
    tokenCutoff: '2024-01-01T00:00:00.000Z',
    userTags: { role: 'guest', 'Desk_no-1': '7' },
  };
  const experienceUser = { ...given, password, experienceGroupIds: [LAB, GUESTS, LAB] };
  const created = await client.experienceUsers.post({ applicationId, experienceUser });
  const { id, creationDate, experienceGroups, ...rest } = created;
  assert.deepEqual(
    [...experienceGroups].sort((one, other) => (one.name < other.name ? -1 : 1)),
    [
      { id: GUESTS, name: 'Guests', parentId: null },
      { id: LAB, name: 'Lab', parentId: COMPANY },
    ],
  );
  assert.deepEqual(rest, {
    ...given,
    experienceUserId: id,
    applicationId,
    // The MD5 of the address in lower case.
    avatarUrl: 'https://secure.gravatar.com/avatar/01942581eff7f8c3db8141ccddf3a430?d=retro&s=240',
    lastUpdated: creationDate,
    passwordLastUpdated: creationDate,
    _type: 'experienceUser',
    _links: { self: { href: `/applications/${applicationId}/experience/users/${id}` } },
  });
  const found = await client.experienceUser.get({ applicationId, experienceUserId: id });
  assert.deepEqual(found, created);
});

check('users: what was never given is not in the answer', async (client) => {
  const experienceUser = { email: 'gil@example.com', password };
  const created = await client.experienceUsers.post({ applicationId, experienceUser });
  assert.deepEqual([created.userTags, created.experienceGroups], [{}, []]);
  for (const absent of ['firstName', 'lastName', 'lastLogin', 'tokenCutoff', 'password']) {
    assert.equal(absent in created, false, absent);
  }
});

check('users: one answers everything that is known of it', async ({ experienceUser }) => {
  const place = { applicationId, experienceUserId: CLEO };
  const user = await experienceUser.get({ ...place, losantdomain: 'example.com' });
  assert.deepEqual(user, await experienceUser.get(place));
  assert.deepEqual([user.firstName, user.lastName], ['Cleo', 'Diaz']);
  assert.equal(user.creationDate, '2023-06-01T00:00:00.000Z');
  assert.equal(user.lastUpdated, '2024-04-01T00:00:00.000Z');
  assert.equal(user.lastLogin, '2024-01-10T00:00:00.000Z');
  assert.equal(user.tokenCutoff, '2024-01-01T00:00:00.000Z');
  assert.deepEqual(user.userTags, { role: 'agent', site: 'Leeds' });
  assert.deepEqual(user.experienceGroups.map((group) => group.name).sort(), ['Export', 'Lab']);
});

check('users: a patch changes what it names', async ({ experienceUser: one }) => {
  const before = await one.get(ann);
  const experienceUser = { firstName: 'Anna', userTags: { site: 'Porto' } };
  const after = await one.patch({ ...ann, experienceUser });
  assert.ok(after.lastUpdated > before.lastUpdated);
  assert.deepEqual(after, { ...before, ...experienceUser, lastUpdated: after.lastUpdated });
  assert.deepEqual(await one.get(ann), after);
});

check('users: an empty patch moves the date only', async ({ experienceUser: one }) => {
  const before = await one.get(ann);
  const after = await one.patch(ann);
  assert.ok(after.lastUpdated > before.lastUpdated);
  assert.deepEqual(after, { ...before, lastUpdated: after.lastUpdated });
});

check('users: patched groups replace what was there', async ({ experienceUser: one }) => {
  const patched = async (experienceGroupIds) => {
    const user = await one.patch({ ...ann, experienceUser: { experienceGroupIds } });
    return user.experienceGroups.map((group) => group.id).sort();
  };
  assert.deepEqual(await patched([GUESTS, NORTH]), [NORTH, GUESTS]);
  assert.deepEqual(await patched([]), []);
});

check('users: a new password moves its own date', async ({ experienceUser: one }) => {
  const before = await one.get(ann);
  const experienceUser = { password: 'another password' };
  const after = await one.patch({ ...ann, experienceUser });
  assert.ok(after.passwordLastUpdated > before.passwordLastUpdated);
  assert.equal(after.passwordLastUpdated, after.lastUpdated);
  assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
});

check('users: a deleted one is found no more', async (client) => {
  const gone = notFound('Experience User');
  assert.deepEqual(await client.experienceUser.delete(ann), { success: true });
  assert.deepEqual(await refusal(client.experienceUser.get(ann)), gone);
  assert.deepEqual(await refusal(client.experienceUser.patch(ann)), gone);
  assert.deepEqual(await refusal(client.experienceUser.delete(ann)), gone);
  assert.equal((await client.experienceUsers.get({ applicationId })).totalCount, 5);
  const place = { applicationId, experienceGroupId: SALES };
  assert.deepEqual((await client.experienceGroup.get(place)).experienceUserIds, []);
});

check('users: an address that is taken is refused, whatever the case', async (client) => {
  for (const email of ['ann@example.com', 'ANN@Example.com']) {
    const message = `Email address "${email}" already exists`;
    const taken = { status: 400, type: 'AlreadyExists', message };
    const twin = { applicationId, experienceUser: { email, password } };
    assert.deepEqual(await refusal(client.experienceUsers.post(twin)), taken);
    const other = { applicationId, experienceUserId: CLEO, experienceUser: { email } };
    assert.deepEqual(await refusal(client.experienceUser.patch(other)), taken);
  }
});

check('users: what does not fit is neither created nor changed', async (client) => {
  const before = await client.experienceUser.get(ann);
  for (const [change, problem] of [
    [{ email: null }, '.email is the wrong type'],
    [{ email: 'gil' }, '.email must be email format'],
    [{ firstName: 7 }, '.firstName is the wrong type'],
    [{ password: 'short' }, '.password has less length than allowed'],
    [{ tokenCutoff: 'yesterday' }, '.tokenCutoff must be date-time format'],
    [{ experienceGroupIds: [LAB, 'lab'] }, '.experienceGroupIds.1 pattern mismatch'],
    [{ experienceGroupIds: [LAB, MISSING] }, '.experienceGroupIds.1 was not found'],
    [{ colour: 'red' }, ' has additional properties'],
  ]) {
    const expected = invalid(`experienceUser${problem}`);
    const experienceUser = { email: 'gil@example.com', password, ...change };
    const create = client.experienceUsers.post({ applicationId, experienceUser });
    assert.deepEqual(await refusal(create), expected);
    const patch = client.experienceUser.patch({ ...ann, experienceUser: change });
    assert.deepEqual(await refusal(patch), expected);
  }
  assert.deepEqual(await client.experienceUser.get(ann), before);
  assert.equal((await client.experienceUsers.get({ applicationId })).totalCount, 6);
});

check('users: links and actions are answered as asked for', async ({ experienceUser: one }) => {
  const href = `/applications/${applicationId}/experience/users/${ANN}`;
  const user = await one.get({ ...ann, _actions: true, _links: false, _embedded: false });
  assert.deepEqual(user._actions, {
    get: { href, method: 'GET' },
    patch: { href, method: 'PATCH' },
    delete: { href, method: 'DELETE' },
  });
  assert.equal('_links' in user, false);
  assert.equal('_actions' in (await one.get(ann)), false);
});
