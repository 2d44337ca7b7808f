internal import Synchronization
package import SystemPackage

/// The kinds of file-system operations, as fault plans and messages name them.
package enum DiskOperation: String, Sendable, CaseIterable {
  case open, read, write, sync, rename, link, remove, list, status = "look at", makeDirectory = "make the folder", lock
}

/// Faults for tests: counts the operations that change the disk, and fails or stops at the n-th.
///
/// A stopped disk emulates death: the n-th operation and all after it throw ``DiskError/stopped`` and change nothing.
package final class FaultPlan: Sendable {
  /// What happens at the chosen operation.
  package enum Fault: Sendable, Equatable {
    /// That operation alone fails with this code.
    case fail(Errno)
    /// That operation and all later ones throw ``DiskError/stopped``.
    case stop
  }

  private let fault: Fault
  private let index: Int
  private let counter = Mutex(0)

  /// Plans `fault` at the mutating operation number `index`, counted from 0.
  package init(_ fault: Fault, at index: Int) {
    self.fault = fault
    self.index = index
  }

  /// How many mutating operations were tried so far.
  package var operationCount: Int { counter.withLock { $0 } }

  /// Whether the fault was met: a loop over `index` ends with the first pass that meets none.
  package var wasMet: Bool { operationCount > index }

  func meet(_ operation: DiskOperation, _ path: FilePath) throws(DiskError) {
    let number = counter.withLock { count in
      defer { count += 1 }
      return count
    }
    switch fault {
    case .fail(let code) where number == index: throw .system(operation: operation, path: path, code: code)
    case .stop where number >= index: throw .stopped
    default: return
    }
  }
}
