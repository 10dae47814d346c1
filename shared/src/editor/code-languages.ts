/** Languages that code blocks are coloured in, with their names; any other language is kept and shown plain. */
export const codeLanguages = {
  bash: 'Shell',
  json: 'JSON',
  matlab: 'MATLAB',
  python: 'Python',
  r: 'R',
  sql: 'SQL',
} as const;
export type CodeLanguage = keyof typeof codeLanguages;
