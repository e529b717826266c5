/** A scenario that does not pass, and why. */
export interface Exception {
  scenario: string;
  reason: string;
  /** The planes that must refuse it; without, it does not pass on the bare server either. */
  refusedBy?: string[];
}

const tasks =
  'It is about the extension for tasks, which is optional and which the SDK of the server does not offer.';

const ofTasks: Exception[] = [
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-required-task-error',
  'tasks-mrtr-composition',
].map((scenario) => ({ scenario, reason: tasks }));

/** Every scenario that does not pass. One that is not listed must pass, and one that is must not. */
export const exceptions: Exception[] = [
  ...ofTasks,
  {
    scenario: 'dns-rebinding-protection',
    reason:
      'It wants two things: a call to another name is refused, which it is, and a call to localhost from a page of localhost is served. The gateway has one public name, and that is another.',
    refusedBy: ['envoy-gateway'],
  },
];

/** Scenarios in which this release of the suite checks nothing. */
export const empty: Exception[] = [
  {
    scenario: 'tasks-status-notifications',
    reason: 'This release of the suite skips it, and says that it has to be written anew.',
  },
];
