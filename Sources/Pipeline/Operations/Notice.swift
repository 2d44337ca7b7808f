internal import Jobs
internal import Records
internal import Store

/// Something that a pass brought to light; whether it becomes an alert is the notifier's to say.
struct Notice: Hashable {
  var kind: NotifyRules.Kind
  var project: String?
  var job: String?
  var run: String?
  var text: String
  /// What tells it apart from others of its kind and job: a job that fails for another reason is news.
  var topic: String

  /// Names the trouble: the same for the same kind, job and class of reason.
  var key: String {
    let parts = [kind.rawValue, project ?? "", job ?? "", Self.reasonClass(topic)]
    return String(Digest(of: Array(parts.joined(separator: "\0").utf8)).hex.prefix(16))
  }

  /// The reason without what differs each time: numbers, and the digits of digests and run names.
  static func reasonClass(_ reason: String) -> String {
    var text = ""
    for word in reason.prefix(400).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      text += word.contains(where: \.isNumber) ? "#" : word.lowercased()
      text += " "
    }
    return text
  }

  /// Everything of the pass, in the order in which it came. A job that is done makes a notice only where `isFailing` says
  /// that it had failed before.
  ///
  /// - Parameters:
  ///   - drifted: the drifted columns of a drift report; nil where there is no drift.
  static func notices(
    of pass: Pass, held: [String], drifted: (Digest) -> [String]?, isFailing: (_ project: String, _ job: String) -> Bool
  ) -> [Notice] {
    var failing: Set<[String]> = []
    var notices: [Notice] = []
    for end in pass.ends {
      let (name, reason) = ("\(end.project)/\(end.job)", end.reason ?? "it failed")
      if !end.isDone {
        failing.insert([end.project, end.job])
        notices.append(end.notice(.failed, "\(name) failed: \(reason)", topic: reason))
      } else if failing.remove([end.project, end.job]) != nil || isFailing(end.project, end.job) {
        notices.append(end.notice(.recovered, "\(name) is done again", topic: ""))
      }
      for columns in end.drifts.compactMap(drifted) {
        let list = columns.prefix(10).joined(separator: ", ")
        notices.append(end.notice(.drift, "the data of \(name) drifted: \(list)", topic: ""))
      }
    }
    notices += pass.rejections.map {
      Notice(kind: .rejected, text: "the spec \($0.spec) was rejected: \($0.reason)", topic: "\($0.spec): \($0.reason)")
    }
    notices += held.map { Notice(kind: .held, job: $0, text: "\($0) is held and waits for a release", topic: "") }
    if let fault = pass.fault { notices.append(Notice(kind: .fault, text: "the run stopped: \(fault)", topic: fault)) }
    return notices
  }
}

extension Pass.JobEnd {
  fileprivate func notice(_ kind: NotifyRules.Kind, _ text: String, topic: String) -> Notice {
    Notice(kind: kind, project: project, job: job, run: run, text: text, topic: topic)
  }
}
