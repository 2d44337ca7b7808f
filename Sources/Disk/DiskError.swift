package import SystemPackage

/// What can go wrong between Nightshift and a file system.
package enum DiskError: Error, Equatable, Sendable {
  /// The kernel refused an operation on a path.
  case system(operation: DiskOperation, path: FilePath, code: Errno)
  /// A regular file was expected; links, pipes, sockets and devices are never followed or opened.
  case notRegular(path: FilePath)
  /// The file is larger than the caller is willing to read.
  case tooLarge(path: FilePath, limitBytes: Int)
  /// The file changed while it was read: what was read is of no moment in its life.
  case changedWhileReading(path: FilePath)
  /// A test stopped this disk dead: nothing happens any more.
  case stopped

  /// The kernel's code, where there is one.
  package var code: Errno? {
    if case .system(_, _, let code) = self { code } else { nil }
  }

  /// Whether the path simply is not there.
  package var isMissing: Bool { code == .noSuchFileOrDirectory || code == .notDirectory }

  /// Whether it is about that one file, as somebody put it there, and not about the disk below it.
  package var isOfFile: Bool {
    switch self {
    case .notRegular, .tooLarge, .changedWhileReading: true
    case .system(_, _, let code):
      [.tooManySymbolicLinkLevels, .permissionDenied, .notPermitted, .noSuchAddressOrDevice].contains(code)
    case .stopped: false
    }
  }
}

extension DiskError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let operation, let path, let code):
      "\(path): cannot \(operation.rawValue): \(code.explanation)"
    case .notRegular(let path):
      "\(path) is not a regular file: links, pipes and devices are not followed; copy the file itself here"
    case .tooLarge(let path, let limitBytes):
      "\(path) is larger than the \(limitBytes) bytes allowed here"
    case .changedWhileReading(let path):
      "\(path) changed while it was read: try again when its writer has finished"
    case .stopped:
      "the disk was stopped"
    }
  }
}

extension Errno {
  /// The usual sentence, with a hint for the codes that people can act on.
  fileprivate var explanation: String {
    switch self {
    case .noSuchFileOrDirectory: "no such file or folder"
    case .permissionDenied: "permission denied"
    case .noSpace: "the disk is full"
    case .readOnlyFileSystem: "the file system is read-only"
    case .tooManyOpenFiles: "too many open files (raise the limit with `ulimit -n`)"
    default: description
    }
  }
}
