import tests from './playwright.config.ts';

// `npm run screens`: pictures of every screen, into SCREENS_DIR.
export default { ...tests, testDir: 'screens', outputDir: 'test-results/screens-run' };
