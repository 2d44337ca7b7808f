internal import Disk
internal import Dispatch
internal import Synchronization
internal import SystemPackage

/// Hashes, compresses and writes blobs over all cores, in the order in which they came: the packs are the same
/// whatever the number of workers.
///
/// Memory is bounded by the number of segments that are taken and not written. After the first fault nothing more is taken.
final class PackPipeline: Sendable {
  private struct State {
    var writer: PackWriter
    /// Digests of all blobs whose segments have been written, in the order of their coming.
    var digests: [Digest] = []
    /// Segments that are packed before their turn.
    var waiting: [Int: PackedSegment] = [:]
    var nextSegment = 0
    /// Packs that have their names, which are not durable yet.
    var named: [PackWriter.Written] = []
    /// Whether something was left to a pack of another writer since the folder of packs was synced last.
    var hasReused = false
    /// Bytes of segments that are done: room for others.
    var room: [[UInt8]] = []
    var fault: StoreError?
    /// Whether nobody wants what is under way any more.
    var isAbandoned = false
  }

  /// Segments of two mebibytes, plain and packed: less than half of what a process may take, on any machine.
  private static let segmentLimit = 24
  /// Names that one sync of the folder makes durable: bounds what their tables take in memory.
  private static let namedLimit = 16

  private let store: Store
  private let isStoring: Bool
  private let state: Mutex<State>
  private let group = DispatchGroup()
  private let slots: DispatchSemaphore
  /// Not the threads of the default class: tasks that wait for this one may have taken those.
  private let workers = DispatchQueue(
    label: "nightshift.pack", attributes: .concurrent, target: .global(qos: .utility))
  /// Waits for the disk while the workers go on.
  private let syncs = DispatchQueue(label: "nightshift.sync", target: .global(qos: .background))
  /// Of the one task that submits.
  private let submitted = Atomic(0)

  init(_ store: Store, isStoring: Bool) {
    self.store = store
    self.isStoring = isStoring
    state = Mutex(State(writer: PackWriter(store)))
    slots = DispatchSemaphore(value: min(Self.segmentLimit, 2 * Processors.count + 1))
  }

  /// The bytes of a segment that is done, to be overwritten; none where none is.
  func room() -> [UInt8] { state.withLock { $0.room.popLast() ?? [] } }

  /// Hands a segment to the workers. Waits while too many are under way.
  func submit(_ segment: Segment) throws(StoreError) {
    try throwFault()
    slots.wait()
    let number = submitted.add(1, ordering: .relaxed).oldValue
    workers.async(group: group) {
      self.work(segment, number)
      if let room = segment.room { self.state.withLock { $0.room.append(room) } }
    }
  }

  /// Takes the last segment and waits until all are written: the digests are there then.
  func drain(_ last: Segment) throws(StoreError) {
    group.wait()
    try throwFault()
    if !last.isEmpty {
      slots.wait()
      work(last, submitted.add(1, ordering: .relaxed).oldValue)
    }
    try throwFault()
  }

  /// Makes all that was written part of the store, durably.
  func finish() throws(StoreError) {
    do {
      let last = try state.withLock { state throws(StoreError) in try state.writer.close() }
      if let last { try name(last) }
    } catch { fail(error) }
    group.wait()
    do { try publish() } catch { fail(error) }
    try throwFault()
  }

  /// Ends what is under way, and waits for its end: what was not finished is not wanted, and goes.
  func abandon() {
    state.withLock { $0.isAbandoned = true }
    group.wait()
    forgetWaiting()
    state.withLock { $0.writer.discard() }
  }

  /// The digests of all blobs whose segments are written, in the order of their coming.
  func withDigests<Value>(_ body: ([Digest]) -> Value) -> Value { body(state.withLock { $0.digests }) }

  func throwFault() throws(StoreError) {
    if let fault = state.withLock({ $0.fault }) { throw fault }
  }

  /// Whether the blob needs no storing: it is stored, or nothing is.
  func holds(_ digest: Digest) throws(StoreError) -> Bool {
    if !isStoring || state.withLock({ $0.writer.written.contains(digest) }) { return true }
    guard try store.index.containsKnown(digest) else { return false }
    state.withLock { $0.hasReused = true }
    return true
  }

  // MARK: On a worker

  /// Each segment that was submitted gives its slot back when it is written, or when it never will be.
  private func work(_ segment: Segment, _ number: Int) {
    guard state.withLock({ $0.fault == nil && !$0.isAbandoned }) else {
      slots.signal()
      return
    }
    do throws(StoreError) {
      let packed = try segment.packed { digest throws(StoreError) in try !holds(digest) }
      try state.withLock { state throws(StoreError) in try write(packed, number, &state) }
    } catch {
      fail(error)
      slots.signal()
    }
  }

  /// Writes the segment, and those that waited for it.
  private func write(_ packed: PackedSegment, _ number: Int, _ state: inout State) throws(StoreError) {
    guard state.fault == nil else {
      slots.signal()
      return
    }
    state.waiting[number] = packed
    while let next = state.waiting.removeValue(forKey: state.nextSegment) {
      slots.signal()
      state.nextSegment += 1
      state.digests += next.digests
      guard let full = try state.writer.append(next) else { continue }
      syncs.async(group: group) {
        do throws(StoreError) { try self.name(full) } catch { self.fail(error) }
      }
    }
  }

  private func fail(_ error: StoreError) {
    state.withLock { $0.fault = $0.fault ?? error }
    forgetWaiting()
  }

  /// Gives the slots of segments back whose turn will not come.
  private func forgetWaiting() {
    let count = state.withLock { state in
      defer { state.waiting = [:] }
      return state.waiting.count
    }
    for _ in 0..<count { slots.signal() }
  }

  // MARK: Names

  /// Syncs a pack and gives it its name: from then on others see it.
  private func name(_ pack: PackWriter.Written) throws(StoreError) {
    let target = store.root.appending("packs").appending(pack.name.hex + ".pack")
    try onDisk { () throws(DiskError) in
      do throws(DiskError) {
        try pack.file.sync()
        try store.disk.rename(pack.file.path, to: target)
      } catch {
        // The room that it takes may be what is lacking. Where it stays, a sweep finds it.
        try? store.disk.remove(pack.file.path)
        throw error
      }
    }
    let isTime = state.withLock { state in
      state.named.append(pack)
      return state.named.count >= Self.namedLimit
    }
    if isTime { try publish() }
  }

  /// Makes the names durable, then writes the index tables: a death between any two steps leaves nothing that is read
  /// and wrong. Whoever relies on another writer's pack must not publish what a power cut could still undo.
  private func publish() throws(StoreError) {
    let (named, hasReused) = state.withLock { state in
      defer { (state.named, state.hasReused) = ([], false) }
      return (state.named, state.hasReused)
    }
    guard !named.isEmpty || hasReused else { return }
    let disk = store.disk
    try onDisk { () throws(DiskError) in
      try disk.syncDirectory(store.root.appending("packs"))
      for pack in named {
        let table = store.root.appending("index").appending(pack.name.hex + ".idx")
        try disk.replace(table, with: pack.footer, durability: .cached, mode: 0o444)
      }
    }
    for pack in named { store.index.add(pack.name, footer: pack.footer) }
    try store.index.mergeTables()
  }
}
