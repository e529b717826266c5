// What needs no outside tool: `npm test` with its quick steps only.
process.argv.push('--quick');
await import('./test.ts');
