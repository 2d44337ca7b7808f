internal import Synchronization
package import SystemPackage

/// The kinds of file-system operations, as fault plans and messages name them.
package enum DiskOperation: String, Sendable, CaseIterable {
  case open, read, write, sync, rename, link, remove, list, status = "look at", makeDirectory = "make the folder", lock
}

/// Faults for tests: counts the operations that change the disk, and fails, fills up or dies at the n-th.
///
/// A dead disk does nothing more: the n-th operation and all after it throw ``DiskError/stopped``. What a death does
/// beyond that to what was written before it, ``cutPower()`` does to the real folder, before the test looks at it.
/// Reading and locking are not counted.
package final class FaultPlan: Sendable {
  /// What happens at the chosen operation.
  package enum Fault: Sendable, Equatable {
    /// That operation alone fails with this code.
    case fail(Errno)
    /// The disk is full from that operation on: whatever takes room fails.
    case full
    /// The process dies: what was done before stays.
    case stop
    /// The process dies within a write, of which a part of a seeded length, perhaps nothing, reaches the file.
    case tear(seed: UInt64)
    /// The machine dies: what no sync covers may be undone. Without a seed all of it is; with one, whatever the
    /// seed chooses.
    case powerCut(seed: UInt64?)
    /// Those bytes of that file can never be read.
    case badSector(FilePath, Range<Int>)
  }

  private let fault: Fault
  private let index: Int
  private let counter = Mutex(0)
  private let journal: Mutex<PowerJournal?>

  /// Plans `fault` at the mutating operation number `index`, counted from 0.
  package init(_ fault: Fault, at index: Int) {
    self.fault = fault
    self.index = index
    if case .powerCut = fault { journal = Mutex(PowerJournal()) } else { journal = Mutex(nil) }
  }

  /// How many mutating operations were tried so far.
  package var operationCount: Int { counter.withLock { $0 } }

  /// Whether the fault was met: a loop over `index` ends with the first pass that meets none.
  package var wasMet: Bool { operationCount > index }

  /// Leaves the folders as a power cut at this moment would: call it once, when nobody uses the disk any more. For
  /// other faults it does nothing. All changes must have been made through the disk with this plan.
  package func cutPower() throws(DiskError) {
    guard case .powerCut(let seed) = fault, var journal = journal.withLock({ $0.take() }) else { return }
    try journal.cut(seed: seed)
  }

  /// Counts an operation that is about to be done, and throws when it is not to be.
  ///
  /// - Parameter target: the new name, for a rename or a link.
  func meet(_ operation: DiskOperation, _ path: FilePath, to target: FilePath? = nil) throws(DiskError) {
    guard try allowance(operation, path, byteCount: 0) != nil else { throw .stopped }
    try record { journal throws(DiskError) in
      switch operation {
      case .open: try journal.open(path)
      case .makeDirectory: try journal.makeFolder(path)
      case .rename: if let target { try journal.rename(path, to: target) }
      case .link: if let target { try journal.link(path, as: target) }
      case .remove: try journal.remove(path)
      case .sync: try journal.sync(path)
      default: return
      }
    }
  }

  /// Like ``meet(_:_:to:)`` for two files or folders that take each other's names.
  func meetExchange(of one: FilePath, _ other: FilePath) throws(DiskError) {
    try meet(.rename, one)
    try record { journal throws(DiskError) in try journal.exchange(one, other) }
  }

  /// Like ``meet(_:_:to:)`` for a write: how many of the bytes may reach the file. After fewer than all, the disk is dead.
  func meetWrite(of byteCount: Int, _ path: FilePath) throws(DiskError) -> Int {
    guard let allowed = try allowance(.write, path, byteCount: byteCount) else { throw .stopped }
    return allowed
  }

  /// Throws where a bad sector is among the bytes that are about to be read.
  func meetRead(of bytes: Range<Int>, _ path: FilePath) throws(DiskError) {
    guard case .badSector(let bad, let sector) = fault, bad == path, sector.overlaps(bytes) else { return }
    throw .system(operation: .read, path: path, code: .ioError)
  }

  /// Notes that the whole file system was synced.
  func syncedEverything() throws(DiskError) {
    try record { journal throws(DiskError) in try journal.syncEverything() }
  }

  /// Nil when the disk is dead.
  private func allowance(_ operation: DiskOperation, _ path: FilePath, byteCount: Int) throws(DiskError) -> Int? {
    let number = counter.withLock { count in
      defer { count += 1 }
      return count
    }
    switch fault {
    case .fail(let code) where number == index: throw .system(operation: operation, path: path, code: code)
    case .full where number >= index && (byteCount > 0 || operation == .open || operation == .makeDirectory):
      throw .system(operation: operation, path: path, code: .noSpace)
    case .fail, .full, .badSector: return byteCount
    case .tear(let seed) where number == index && byteCount > 0:
      var choices = SeededChoices(seed: seed &+ UInt64(index))
      return choices.below(byteCount)
    case .stop, .tear, .powerCut: return number >= index ? nil : byteCount
    }
  }

  private func record(_ body: (inout PowerJournal) throws(DiskError) -> Void) throws(DiskError) {
    try journal.withLock { journal throws(DiskError) in
      guard var present = journal.take() else { return }
      defer { journal = present }
      try body(&present)
    }
  }
}
