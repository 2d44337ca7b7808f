/// Asynchronous successive halving: trials are compared after few rounds, and only the better ones go on to more
/// (L. Li, K. Jamieson, A. Rostamizadeh et al., “A system for massively parallel hyperparameter tuning”, MLSys 2020). Here a
/// trial is held against trials of smaller numbers alone, in the variant that never stops to wait: which one is given up
/// does not depend on who was faster.
package struct SuccessiveHalving: Hashable, Sendable {
  /// Rounds up to the first comparison; 1 or more.
  package var firstRounds: Int
  /// Of so many trials one goes on, to so many times the rounds; 2 or more.
  package var factor: Int

  package init(firstRounds: Int, factor: Int) {
    self.firstRounds = firstRounds
    self.factor = factor
  }

  /// The rounds after which trials are compared, all before the last one.
  package func rungs(before rounds: Int) -> [Int] {
    var rungs: [Int] = []
    var rung = firstRounds
    while rung < rounds {
      rungs.append(rung)
      let (next, isOverflow) = rung.multipliedReportingOverflow(by: factor)
      guard !isOverflow else { break }
      rung = next
    }
    return rungs
  }

  /// Whether a trial goes on that has this loss at a rung which `others` reached with theirs: it must be in the first part
  /// of `factor`. Of equal ones all go on.
  package func goesOn(_ loss: Double, among others: [Double]) -> Bool {
    let places = max(1, (others.count + 1) / factor)
    return others.count { $0 < loss } < places
  }
}
