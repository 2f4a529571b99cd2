import { writeSync } from 'node:fs'
import { openFileObjects } from '../files.ts'

/**
 * A process that numbers a log until it is killed: `writer.ts <directory> <name>`. What it created is printed as a number a line,
 * by a synchronous write, before it goes on.
 */
const [directory, name] = process.argv.slice(2)
const objects = await openFileObjects({ directory: directory! })
for (let number = 0; ; number++) {
  const content = Buffer.from(`${name} ${number} ${'x'.repeat((number * 37) % 5000)}`)
  if (await objects.putIfAbsent(`log/${String(number).padStart(8, '0')}`, content))
    writeSync(1, `${number}\n`)
}
