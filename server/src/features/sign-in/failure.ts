import type { SignInProblem } from '@cobench/shared/identity/sign-in';

/** A sign-in that must not succeed: what the person is told, and for the log why. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  readonly problem: SignInProblem;

  constructor(problem: SignInProblem, why: string, cause?: unknown) {
    super(why, { cause });
    this.problem = problem;
  }
}
