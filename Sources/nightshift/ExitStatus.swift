internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Spool
internal import Store
internal import SystemPackage
internal import Tables

/// What the tool's exit status says, after sysexits where it has a word.
enum ExitStatus: Int32, CaseIterable {
  case jobFailed = 10
  case damagedStore = 12
  case usage = 64
  case invalidSpec = 65
  case fault = 74
  case busy = 75
  case notAllowed = 77
  case invalidSettings = 78

  /// One sentence for the manual.
  var meaning: String {
    switch self {
    case .jobFailed: "A job failed, or data broke a contract."
    case .damagedStore: "The store is damaged."
    case .usage: "The command line is wrong, or names what is not there."
    case .invalidSpec: "A spec has mistakes."
    case .fault: "A disk or another part of the system failed."
    case .busy: "Somebody else is at it: try later."
    case .notAllowed: "That is not allowed."
    case .invalidSettings: "There is no site, its settings are wrong, or the machine lacks something."
    }
  }

  /// Nil for errors of the argument parser, which has its own way to tell them.
  init?(_ error: any Error) {
    switch error {
    case let error as Refusal: self = error.status
    case is SpecError, is TablesError: self = .invalidSpec
    case let error as StoreError: self = Self.status(of: error)
    case let error as DiskError: self = error.code == .permissionDenied ? .notAllowed : .fault
    case let error as SpoolError:
      switch error {
      case .unknownJob, .ambiguousJob, .unsuited: self = .usage
      case .disk(let error): self = error.code == .permissionDenied ? .notAllowed : .fault
      default: self = .fault
      }
    case let error as PipelineError:
      switch error {
      case .noSite, .invalidSettings: self = .invalidSettings
      case .unknownReference: self = .usage
      case .notAllowed: self = .notAllowed
      case .damagedRun: self = .damagedStore
      case .cannotStart, .stepFailed: self = .fault
      case .lostClaim, .interrupted: self = .busy
      }
    default: return nil
    }
  }

  private static func status(of error: StoreError) -> ExitStatus {
    switch error {
    case .noStore, .unknownFormat: .invalidSettings
    case .missingBlob, .damagedBlob, .damagedPack, .damagedManifest, .damagedRecord: .damagedStore
    case .invalidPath, .invalidName, .unknownVersion, .expiredVersion, .occupied, .foreignFiles, .refusedArchive,
      .unreadableArchive, .nothingToStore:
      .usage
    case .unwritableArchive: .fault
    case .aliasMoved, .busy: .busy
    case .disk(let error): error.code == .permissionDenied ? .notAllowed : .fault
    }
  }
}

/// An error of the tool itself, with its exit status.
struct Refusal: Error, CustomStringConvertible {
  var status: ExitStatus
  var description: String
}
