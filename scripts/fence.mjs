// Who may import whom (dependency-cruiser, rules in .dependency-cruiser.cjs), with a guard: a cruise that silently
// parsed nothing would be green too, so every source file must have been seen.
import { execFileSync } from 'node:child_process';
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.cjs';

const folders = ['shared/src', 'server/src', 'server/embedded-mongo/src', 'client/src'];
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...folders], { encoding: 'utf8' });
const sources = tracked.split('\n').filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.d.ts'));

const { output } = await cruise(folders, { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true });
const seen = new Set(output.modules.map((module) => module.source));
const unseen = sources.filter((file) => !seen.has(file));
const broken = output.summary.violations;

for (const { rule, from, to } of broken) console.error(`${rule.severity} ${rule.name}: ${from} → ${to}`);
for (const file of unseen) console.error(`error not parsed: ${file}`);
const dependencies = output.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
console.log(`fence: ${sources.length} source modules, ${dependencies} imports, ${broken.length} breaches`);
if (broken.length > 0 || unseen.length > 0 || dependencies < sources.length) process.exit(1);
