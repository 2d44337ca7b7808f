internal import Foundation
internal import Records
internal import Store

/// Which past runs a night's verification does again.
package struct VerificationSample {
  private let site: Site

  package init(_ site: Site) { self.site = site }

  /// Runs that were done and made something, those first that were never verified, then those whose verification is the
  /// oldest; among equals by a draw that the seed decides.
  ///
  /// - Parameter seed: the night's date, so that each night draws anew and the same night draws the same.
  package func runs(_ count: Int, seed: String) throws -> [String] {
    let archive = RunArchive(site.store)
    let candidates = try archive.records().filter { record in
      record.outcome == .done
        && record.steps.contains { step in
          !step.outputs.isEmpty && !["promote", "retrain"].contains(step.kind)
        }
    }
    let ranked = try candidates.map { record in
      (
        name: record.id, last: try archive.reproduction(of: record.id)?.at.seconds ?? .min,
        draw: Digest(of: Array("\(seed) \(record.id)".utf8)).description
      )
    }
    return ranked.sorted { ($0.last, $0.draw) < ($1.last, $1.draw) }.prefix(count).map(\.name)
  }
}
