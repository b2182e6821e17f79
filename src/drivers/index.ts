export { describeSetting, findSetting } from './describe-setting.ts';
export { drivers } from './drivers.ts';
export type { DriverEntry, Ecosystem, Purpose, Setting } from './entry.ts';
export { driverPackages, findDrivers } from './find-drivers.ts';
