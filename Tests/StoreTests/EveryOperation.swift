import Disk
@testable import Store
import SystemPackage
import Testing

/// Does work on copies of a prepared store, with a fault at its n-th operation that changes the disk, for every n or some.
struct EveryOperation {
  /// A death of the process within a write or between two operations, of the machine with all or some of what no sync
  /// covers lost, and a full disk.
  static let faults: [FaultPlan.Fault] = [.tear(seed: 1), .powerCut(seed: nil), .powerCut(seed: 1), .fail(.noSpace)]

  let fault: FaultPlan.Fault
  let prepared: StoreFixture
  /// From one operation that is hit to the next.
  var stride = 1

  /// What a pass left behind, seen through a disk without faults.
  struct Outcome {
    var fixture: StoreFixture
    /// Which operation the fault hit; nil in the last pass, which met none.
    var hit: Int?
    var error: (any Error)?
  }

  /// - Parameter minimum: fewer operations than the work surely has.
  func run(
    atLeast minimum: Int, _ work: (StoreFixture, Disk) throws -> Void, then check: (Outcome) throws -> Void
  ) throws {
    var index = 0
    while true {
      let fixture = try StoreFixture(copying: prepared)
      let plan = FaultPlan(seeded(index), at: index)
      var error: (any Error)?
      do { try work(fixture, Disk(faults: plan)) } catch let thrown { error = thrown }
      try plan.cutPower()
      try check(Outcome(fixture: fixture, hit: plan.wasMet ? index : nil, error: error))
      guard plan.wasMet else { break }
      index += stride
    }
    #expect(index > minimum)
  }

  /// Another choice of what survives at each operation.
  private func seeded(_ index: Int) -> FaultPlan.Fault {
    if case .powerCut(let seed?) = fault { .powerCut(seed: seed &+ UInt64(index) << 8) } else { fault }
  }
}
