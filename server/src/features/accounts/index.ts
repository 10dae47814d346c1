export { mongoAccounts } from './account.mongo.ts';
export { accountRoutes, type GuessLimits, type SignInMethods } from './account.routes.ts';
export { accountService, type AccountService } from './account.service.ts';
export { breachedPasswords } from './breached.ts';
export { mongoInvitations } from './invitation.mongo.ts';
export { invitationService } from './invitation.service.ts';
