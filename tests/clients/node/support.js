'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { createClient } = require('losant-rest');

const { LOSANT_URL: url, LOSANT_TOKEN: token, LOSANT_APPLICATION_ID: applicationId } = process.env;

/** Return the official client. Without a token, it sends none. */
function connect(accessToken) {
  return createClient({ accessToken, url });
}

/** Test one behaviour, with a client that may do everything on a server in its first state. */
function check(behaviour, body) {
  test(behaviour, { timeout: 10_000 }, async () => {
    const reset = await fetch(`${url}/_mock/reset`, { method: 'POST' });
    assert.equal(reset.status, 204);
    await body(connect(token));
  });
}

/** Return what the client says of an action that must be refused. */
async function refusal(action) {
  let answer;
  try {
    answer = await action;
  } catch (error) {
    return { status: error.statusCode, type: error.type, message: error.message };
  }
  return assert.fail(`was not refused, but answered ${JSON.stringify(answer)}`);
}

/** Return the refusal of a request that does not fit its schema. */
function invalid(message) {
  return { status: 400, type: 'Validation', message };
}

/** Return the refusal of a request for what does not exist. */
function notFound(what) {
  return { status: 404, type: 'NotFound', message: `${what} was not found` };
}

/** Return the initials of a page's users, by address, or of other records, by name, in order. */
function initials(page) {
  assert.equal(page.count, page.items.length);
  return page.items.map((item) => (item.email ?? item.name)[0]).join('');
}

/** Return the names of a page's records, in order. */
function names(page) {
  return page.items.map((item) => item.name);
}

/** Check the initials of a list that is sorted by each field, in both directions. */
async function assertSorted(list, orders) {
  for (const [sortField, order] of Object.entries(orders)) {
    const up = await list({ sortField, sortDirection: 'asc' });
    assert.deepEqual([initials(up), up.sortField, up.sortDirection], [order, sortField, 'asc']);
    const down = await list({ sortField, sortDirection: 'desc' });
    const reverse = [...order].reverse().join('');
    assert.deepEqual([initials(down), down.sortDirection], [reverse, 'desc']);
  }
}

const FORBIDDEN = { status: 403, type: 'Forbidden', message: 'Access is forbidden' };
const INVALID_TOKEN = { status: 401, type: 'Unauthorized', message: 'Invalid access token' };
const EXPIRED_TOKEN = { status: 401, type: 'Unauthorized', message: 'Access token has expired' };

module.exports = {
  EXPIRED_TOKEN,
  FORBIDDEN,
  INVALID_TOKEN,
  applicationId,
  assert,
  assertSorted,
  check,
  connect,
  initials,
  invalid,
  names,
  notFound,
  refusal,
  token,
  url,
};
