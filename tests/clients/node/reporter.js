'use strict';

const { inspect } = require('node:util');

/** Write one line of JSON for each test: its name, and its error or null. */
module.exports = async function* report(events) {
  for await (const { type, data } of events) {
    if (data.nesting === 0 && (type === 'test:pass' || type === 'test:fail')) {
      const error = data.details.error;
      const text = type === 'test:pass' ? null : inspect(error?.cause ?? error);
      yield `${JSON.stringify({ name: data.name, error: text })}\n`;
    }
  }
};
