'use strict';

const { BEN, CLEO, COMPANY, DORA, EXPORT, GUESTS, LAB, MISSING, NORTH, SALES } = require('../ids');
const {
  applicationId,
  assert,
  assertSorted,
  check,
  initials,
  invalid,
  refusal,
} = require('../support');

function lister(client) {
  return (parameters) => client.experienceUsers.get({ applicationId, ...parameters });
}

/** List by an advanced query, for which this client has its general request. */
function querier(client) {
  const url = `/applications/${applicationId}/experience/users`;
  return (query, parameters) =>
    client.request({ method: 'GET', url, params: { ...parameters, query: JSON.stringify(query) } });
}

check('listing users: without parameters, by address', async (client) => {
  const { items, ...page } = await lister(client)();
  assert.equal(initials({ items, count: 6 }), 'Bacdef');
  assert.deepEqual(page, {
    count: 6,
    totalCount: 6,
    page: 0,
    perPage: 100,
    sortField: 'email',
    sortDirection: 'asc',
    applicationId,
    _type: 'experienceUsers',
    _links: { self: { href: `/applications/${applicationId}/experience/users` } },
  });
  const place = { applicationId, experienceUserId: CLEO };
  assert.deepEqual(items[2], await client.experienceUser.get(place));
});

check('listing users: sorted by each field, in both directions', async (client) => {
  await assertSorted(lister(client), {
    firstName: 'eaBcdf',
    lastName: 'efBcad',
    email: 'Bacdef',
    id: 'aBcdef',
    creationDate: 'fdBaec',
    lastLogin: 'aefcBd',
    lastUpdated: 'cfaedB',
  });
});

check('listing users: paged', async (client) => {
  const list = lister(client);
  for (const [page, shown] of [[0, 'Bacd'], [1, 'ef'], ['2', '']]) {
    const answer = await list({ page, perPage: 4 });
    assert.equal(initials(answer), shown);
    assert.deepEqual([answer.page, answer.perPage, answer.totalCount], [Number(page), 4, 6]);
  }
  assert.equal((await list({ perPage: 5000 })).perPage, 1000);
});

check('listing users: filtered by each field', async (client) => {
  const list = lister(client);
  for (const [filterField, filter, found] of [
    ['email', 'ann@example.com', 'a'],
    ['email', 'ANN@*', 'a'],
    ['email', '*guest*', 'ef'],
    ['email', 'eve+news@*', 'e'],
    ['email', 'example', ''],
    ['firstName', '?nn', 'a'],
    ['firstName', '*', 'Bacdf'],
    ['lastName', '*D*', 'cd'],
    ['lastName', 'Mo\\*', ''],
  ]) {
    const page = await list({ filterField, filter });
    assert.equal(initials(page), found, filter);
    assert.deepEqual([page.filterField, page.filter], [filterField, filter]);
    assert.equal(page.totalCount, found.length);
  }
  assert.equal(initials(await list({ filterField: '', filter: 'ann*' })), 'Bacdef');
  assert.equal(initials(await list({ filterField: 'email', filter: '' })), 'Bacdef');
});

check('listing users: of a group, of any and of none', async (client) => {
  const list = lister(client);
  for (const [experienceGroupId, found] of [
    [COMPANY, ''],
    [SALES, 'a'],
    [LAB, 'cd'],
    [MISSING, ''],
    ['any', 'Bacde'],
    ['none', 'f'],
  ]) {
    const page = await list({ experienceGroupId });
    assert.deepEqual([initials(page), page.totalCount], [found, found.length]);
    assert.equal(page.experienceGroupId, experienceGroupId);
  }
  const both = { experienceGroupId: LAB, filterField: 'firstName', filter: 'd*' };
  assert.equal(initials(await list(both)), 'd');
});

check('listing users: of a group and its ancestors', async (client) => {
  const list = lister(client);
  for (const [experienceGroupId, includeAncestorGroups, found] of [
    [NORTH, true, 'Ba'],
    [EXPORT, 'yes', 'ac'],
    [NORTH, 1, 'Ba'],
    [NORTH, false, 'B'],
    [SALES, true, 'a'],
    ['none', true, 'f'],
  ]) {
    assert.equal(initials(await list({ experienceGroupId, includeAncestorGroups })), found);
  }
});

check('listing users: everything at once', async (client) => {
  const page = await lister(client)({
    sortField: 'creationDate',
    sortDirection: 'desc',
    page: 1,
    perPage: 2,
    filterField: 'email',
    filter: '*@example.com',
    experienceGroupId: 'any',
    includeAncestorGroups: 'false',
    losantdomain: 'example.com',
    _actions: true,
    _links: false,
    _embedded: false,
  });
  assert.deepEqual([initials(page), page.totalCount], ['Bd', 4]);
  assert.deepEqual(Object.keys(page._actions).sort(), ['get', 'post']);
  assert.deepEqual(Object.keys(page.items[0]._actions).sort(), ['delete', 'get', 'patch']);
  assert.equal('_links' in page || '_links' in page.items[0], false);
});

check('listing users: a parameter that does not fit is named', async (client) => {
  const list = lister(client);
  for (const [wrong, problem] of [
    [{ sortField: 'shoeSize' }, 'sortField must be an enum value'],
    [{ sortDirection: 'up' }, 'sortDirection must be an enum value'],
    [{ page: -1 }, 'page is the wrong type'],
    [{ perPage: 0 }, 'perPage is the wrong type'],
    [{ filterField: 'id', filter: 'a' }, 'filterField must be an enum value'],
    [{ filterField: 'email', filter: ['a', 'b'] }, 'filter is the wrong type'],
    [{ filterField: 'email', filter: { a: 'b' } }, 'filter is the wrong type'],
    [{ experienceGroupId: 'Lab' }, 'experienceGroupId pattern mismatch'],
  ]) {
    assert.deepEqual(await refusal(list(wrong)), invalid(problem));
  }
});

check('listing users: by an advanced query', async (client) => {
  const search = querier(client);
  for (const [query, found] of [
    [{}, 'Bacdef'],
    [{ firstName: 'Ann' }, 'a'],
    [{ firstName: null }, 'e'],
    [{ firstName: { $gte: 'Cleo', $lt: 'e' } }, 'cd'],
    [{ email: { $startsWith: 'b', $ci: true } }, 'B'],
    [{ id: { $in: [BEN, DORA] } }, 'Bd'],
    [{ creationDate: { $lt: new Date('2023-03-01') } }, 'df'],
    [{ lastLogin: { $gt: Date.UTC(2024, 0, 10) } }, 'Bd'],
    [{ userTags: { role: 'agent', site: 'Porto' } }, 'B'],
    [{ userTags: { $tagValue: 'Utrecht' } }, 'ad'],
    [{ experienceGroupId: { $nin: [NORTH, GUESTS] } }, 'acdf'],
    [{ $or: [{ firstName: 'Ann' }, { experienceGroupId: null }] }, 'af'],
    [{ $nor: [{ firstName: 'Ann' }, { experienceGroupId: null }] }, 'Bcde'],
  ]) {
    const page = await search(query, { experienceGroupId: 'none', filterField: 'email', filter: 'x' });
    const text = JSON.stringify(query);
    assert.deepEqual([initials(page), page.totalCount], [found, found.length], text);
  }
  const sorted = { sortField: 'creationDate', sortDirection: 'desc', page: 1, perPage: 3 };
  const last = await search({ email: { $endsWith: '@example.com' } }, sorted);
  assert.deepEqual([initials(last), last.totalCount], ['d', 4]);
});

check('listing users: a query that is none is refused', async (client) => {
  const search = querier(client);
  const mismatch = 'query.email no (or more than one) schemas match';
  assert.deepEqual(await refusal(search([1])), invalid('query is the wrong type'));
  assert.deepEqual(await refusal(search({ size: 9 })), invalid('query has additional properties'));
  assert.deepEqual(await refusal(search({ email: { $like: 'a' } })), invalid(mismatch));
});
