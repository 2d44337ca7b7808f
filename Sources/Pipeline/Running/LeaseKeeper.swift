@preconcurrency internal import Dispatch
internal import Spool
internal import Synchronization

/// Shows runners of other hosts that this one lives, whatever its tasks are busy with.
final class LeaseKeeper: Sendable {
  /// Several times in the time after which a silent runner is taken for dead.
  private static let beatSeconds = Double(Claim.leaseSeconds) / 6

  private let claims = Mutex<[Int: Claim]>([:])
  private let timer: any DispatchSourceTimer

  init() {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "heartbeat", qos: .utility))
    timer.schedule(deadline: .now() + Self.beatSeconds, repeating: Self.beatSeconds)
    timer.setEventHandler { [weak self] in self?.beat() }
    timer.activate()
  }

  deinit { timer.cancel() }

  func add(_ claim: Claim, _ id: Int) { claims.withLock { $0[id] = claim } }

  func remove(_ id: Int) { claims.withLock { $0[id] = nil } }

  private func beat() {
    for claim in claims.withLock({ Array($0.values) }) {
      // One beat that fails is made up for by the next; a claim that is finished has nothing to beat.
      do { try claim.beat() } catch SpoolError.lostClaim {
        // It has just ended, or another runner has it: its own next write says which.
        continue
      } catch { LogLine.write("a heartbeat failed: \(error)") }
    }
  }
}
