import { spawnSync } from 'node:child_process'

// `npm run check`: everything about the source that is not a test. All of it runs, whatever fails on the way.

/** Scripts of package.json, the quickest first. */
const CHECKS = ['format:check', 'lint', 'layers', 'knip', 'codegen:check', 'types']

const failed = CHECKS.filter(name => {
  console.log(`\n▸ npm run ${name}`)
  // npm is a script that needs a shell on Windows; the names above are all that it is given.
  const { status } = spawnSync(`npm run --silent ${name}`, { stdio: 'inherit', shell: true })
  return status !== 0
})
console.log()
for (const name of failed) console.log(`✖ npm run ${name}`)
console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`)
if (failed.length > 0) process.exitCode = 1
