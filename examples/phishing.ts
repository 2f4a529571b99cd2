import { defineUseCase } from '#use-cases/define.ts'
import { binary, id, later, number, timestamp } from '#use-cases/fields.ts'
import { createReplay, readRows } from './replay.ts'

const rows = readRows('phishing.csv')
const value = (row: number, name: string) => rows[row]?.[name] as number
const share = (description: string) => number(description, { domain: [0, 1] })

/** Phishing websites: is a page made to steal passwords? Real data, see README.md. */
export const phishing = defineUseCase({
  id: 'PHISHING',
  title: 'Phishing websites',
  description: 'A web page, to be judged by how it is made.',
  topic: 'phishing_websites',
  eventId: 'page_id',
  key: 'page_id',
  time: 'timestamp',
  fields: {
    page_id: id('The page.'),
    timestamp: timestamp('When the page was seen: made up, in the order of the data.'),
    empty_server_form_handler: share('1 if its form sends to nowhere.'),
    popup_window: share('1 if it opens windows.'),
    https: share('1 if its certificate is no good.'),
    request_from_other_domain: share('How much of it is loaded from elsewhere.'),
    anchor_from_other_domain: share('How many of its links lead elsewhere.'),
    is_popular: share('How little it is visited.'),
    long_url: share('How long its address is.'),
    age_of_domain: number('1 if its domain is young.', { domain: [0, 1] }),
    ip_in_url: number('1 if its address is a number.', { domain: [0, 1] }),
    is_phishing: later(binary('Truth: 1 if the page is phishing.')),
  },
  task: 'classification',
  label: { field: 'is_phishing', unit: null, maturityMs: null, description: '1 if the page is phishing.' },
  group: null,
  // Three or two levels each, so they are categories: no order between them is assumed.
  features: [
    {
      name: 'empty_server_form_handler',
      kind: 'nominal',
      description: 'Form without handler.',
      of: event => event.empty_server_form_handler,
    },
    {
      name: 'popup_window',
      kind: 'nominal',
      description: 'Windows that open.',
      of: event => event.popup_window,
    },
    { name: 'https', kind: 'nominal', description: 'Certificate.', of: event => event.https },
    {
      name: 'request_from_other_domain',
      kind: 'nominal',
      description: 'Parts from elsewhere.',
      of: event => event.request_from_other_domain,
    },
    {
      name: 'anchor_from_other_domain',
      kind: 'nominal',
      description: 'Links to elsewhere.',
      of: event => event.anchor_from_other_domain,
    },
    { name: 'is_popular', kind: 'nominal', description: 'Traffic.', of: event => event.is_popular },
    { name: 'long_url', kind: 'nominal', description: 'Length of the address.', of: event => event.long_url },
    {
      name: 'age_of_domain',
      kind: 'nominal',
      description: 'Age of the domain.',
      of: event => event.age_of_domain,
    },
    { name: 'ip_in_url', kind: 'nominal', description: 'Address as a number.', of: event => event.ip_in_url },
  ],
  online: { learner: 'weighted-naive-bayes', params: {} },
  metrics: ['f1', 'accuracy', 'rocAuc', 'logLoss'],
  options: {},
  generate: settings =>
    createReplay({
      settings,
      rows: rows.length,
      id: 'page_id',
      key: 'page_id',
      label: 'is_phishing',
      labelOf: row => value(row, 'is_phishing'),
      eventOf: (row, count, time) => ({
        page_id: `page_${String(count).padStart(7, '0')}`,
        timestamp: time,
        empty_server_form_handler: value(row, 'empty_server_form_handler'),
        popup_window: value(row, 'popup_window'),
        https: value(row, 'https'),
        request_from_other_domain: value(row, 'request_from_other_domain'),
        anchor_from_other_domain: value(row, 'anchor_from_other_domain'),
        is_popular: value(row, 'is_popular'),
        long_url: value(row, 'long_url'),
        age_of_domain: value(row, 'age_of_domain'),
        ip_in_url: value(row, 'ip_in_url'),
      }),
    }),
})
