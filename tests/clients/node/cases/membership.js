'use strict';

const { ANN, BEN, CLEO, COMPANY, DORA, EXPORT, LAB, MISSING, NORTH, SALES } = require('../ids');
const { applicationId, assert, check, refusal } = require('../support');

/** Users and groups by their ids, through one client. */
class Place {
  constructor(client) {
    this.client = client;
  }

  user(id) {
    return this.client.experienceUser.get({ applicationId, experienceUserId: id });
  }

  group(id) {
    return this.client.experienceGroup.get({ applicationId, experienceGroupId: id });
  }

  patchUser(id, experienceUser) {
    const place = { applicationId, experienceUserId: id };
    return this.client.experienceUser.patch({ ...place, experienceUser });
  }

  patchGroup(id, experienceGroup) {
    const place = { applicationId, experienceGroupId: id };
    return this.client.experienceGroup.patch({ ...place, experienceGroup });
  }

  deleteGroup(id) {
    return this.client.experienceGroup.delete({ applicationId, experienceGroupId: id });
  }

  async groupsOf(userId) {
    return (await this.user(userId)).experienceGroups.map((group) => group.id).sort();
  }

  async membersOf(groupId) {
    const members = (await this.group(groupId)).experienceUserIds.sort();
    const list = { applicationId, experienceGroupId: groupId, sortField: 'id' };
    const { items } = await this.client.experienceUsers.get(list);
    assert.deepEqual(items.map((user) => user.id), members);
    return members;
  }
}

check('membership: written on the user, seen on the groups', async (client) => {
  const place = new Place(client);
  assert.deepEqual(await place.membersOf(SALES), [ANN]);
  await place.patchUser(ANN, { experienceGroupIds: [LAB, NORTH] });
  assert.deepEqual(await place.groupsOf(ANN), [NORTH, LAB]);
  assert.deepEqual(await place.membersOf(SALES), []);
  assert.deepEqual(await place.membersOf(NORTH), [ANN, BEN]);
  assert.deepEqual(await place.membersOf(LAB), [ANN, CLEO, DORA]);
  await place.patchUser(ANN, { experienceGroupIds: [] });
  assert.deepEqual(await place.membersOf(NORTH), [BEN]);
});

check('membership: written on the group, seen on the users', async (client) => {
  const place = new Place(client);
  await place.patchGroup(LAB, { experienceUserIds: [ANN, DORA, ANN] });
  assert.deepEqual(await place.membersOf(LAB), [ANN, DORA]);
  assert.deepEqual(await place.groupsOf(ANN), [SALES, LAB]);
  assert.deepEqual(await place.groupsOf(CLEO), [EXPORT]);
  await place.patchGroup(LAB, { experienceUserIds: [] });
  assert.deepEqual(await place.membersOf(LAB), []);
  assert.deepEqual(await place.groupsOf(DORA), []);
});

check('membership: given on creation, seen on both sides', async (client) => {
  const place = new Place(client);
  const gil = { email: 'gil@example.com', password: 'password1234', experienceGroupIds: [LAB] };
  const user = await client.experienceUsers.post({ applicationId, experienceUser: gil });
  assert.deepEqual(await place.membersOf(LAB), [CLEO, DORA, user.id].sort());
  const experienceGroup = { name: 'Team', experienceUserIds: [user.id] };
  const team = await client.experienceGroups.post({ applicationId, experienceGroup });
  assert.deepEqual(await place.groupsOf(user.id), [LAB, team.id].sort());
});

check('membership: a member that does not exist is named', async (client) => {
  const place = new Place(client);
  const patch = place.patchGroup(LAB, { experienceUserIds: [ANN, MISSING] });
  const { status, type, message } = await refusal(patch);
  assert.deepEqual([status, type], [400, 'Validation']);
  assert.match(message, /^experienceGroup\.experienceUserIds\.1 /);
  assert.deepEqual(await place.membersOf(LAB), [CLEO, DORA]);
});

check('membership: only the record that is written to gets newer', async (client) => {
  const place = new Place(client);
  const ann = await place.user(ANN);
  await place.patchGroup(LAB, { experienceUserIds: [ANN] });
  assert.equal((await place.user(ANN)).lastUpdated, ann.lastUpdated);
  const lab = await place.group(LAB);
  await place.patchUser(ANN, { experienceGroupIds: [] });
  assert.equal((await place.group(LAB)).lastUpdated, lab.lastUpdated);
});

check('membership: the users of a deleted group stay', async (client) => {
  const place = new Place(client);
  await place.deleteGroup(LAB);
  assert.deepEqual(await place.groupsOf(CLEO), [EXPORT]);
  assert.deepEqual(await place.groupsOf(DORA), []);
});

check('nesting: a group moves with everything below it', async (client) => {
  const place = new Place(client);
  assert.deepEqual((await place.group(NORTH)).ancestorIds, [SALES, COMPANY]);
  const moved = await place.patchGroup(SALES, { parentId: LAB });
  assert.deepEqual([moved.parentId, moved.ancestorIds], [LAB, [LAB, COMPANY]]);
  assert.deepEqual((await place.group(NORTH)).ancestorIds, [SALES, LAB, COMPANY]);
  const list = { applicationId, experienceGroupId: NORTH, includeAncestorGroups: true };
  const { items } = await client.experienceUsers.get(list);
  assert.deepEqual(items.map((user) => user.firstName), ['Ben', 'Ann', 'Cleo', 'Dora']);
  const root = await place.patchGroup(SALES, { parentId: null });
  assert.deepEqual([root.parentId, root.ancestorIds], [null, []]);
  const sales = { id: SALES, name: 'Sales', parentId: null };
  assert.deepEqual((await place.user(ANN)).experienceGroups, [sales]);
});

check('nesting: the children of a deleted group move up', async (client) => {
  const place = new Place(client);
  await place.deleteGroup(SALES);
  for (const child of [NORTH, EXPORT]) {
    const { parentId, ancestorIds } = await place.group(child);
    assert.deepEqual([parentId, ancestorIds], [COMPANY, [COMPANY]]);
  }
  await place.deleteGroup(COMPANY);
  assert.equal((await place.group(NORTH)).parentId, null);
});

check('nesting: a group cannot be below itself, its child or nothing', async (client) => {
  const place = new Place(client);
  for (const parentId of [SALES, NORTH, MISSING]) {
    const { status, type, message } = await refusal(place.patchGroup(SALES, { parentId }));
    assert.deepEqual([status, type], [400, 'Validation']);
    assert.match(message, /^experienceGroup\.parentId /);
  }
  assert.equal((await place.group(SALES)).parentId, COMPANY);
});
