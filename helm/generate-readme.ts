import { writeFileSync } from 'node:fs'
import { chartReadme, README } from './chart-readme.ts'

// `npm run chart:readme`: writes the chart's README anew.

writeFileSync(README, chartReadme())
