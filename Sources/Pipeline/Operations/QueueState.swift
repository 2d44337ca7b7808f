internal import Disk
internal import Spool
internal import Store

/// What waits in the spool at a moment.
package struct QueueState: Codable, Hashable, Sendable {
  package var inbox = 0
  package var active = 0
  package var deferred = 0
  package var held = 0
  /// Seconds since the job that waits longest in the inbox was put there; nil where none waits.
  package var oldestSeconds: Int?

  package init() {}

  package init(_ site: Site) throws {
    let waiting = try site.spool.scan(settleSeconds: 0).filter { $0.readiness != .odd }
    inbox = waiting.count
    active = try site.spool.count(.active)
    deferred = try site.spool.count(.deferred)
    held = try site.spool.count(.held)
    oldestSeconds = waiting.first.map { max(0, Int((Disk.now() - $0.changed) / 1_000_000_000)) }
  }
}
