package import Records

/// What the audit log has of a day, newest first.
package struct AuditDay: Codable, Hashable, Sendable {
  package var date: String
  package var lines: [AuditLine] = []

  package init(date: String) { self.date = date }

  mutating func add(_ line: AuditLine) {
    lines.removeAll { $0.sequence == line.sequence }
    lines.insert(line, at: lines.firstIndex { $0.sequence < line.sequence } ?? lines.count)
  }
}

extension AuditLine: LedgerEntry {
  package static let limit = 500
  package var place: Int { sequence }
}

/// How much the audit log has of a day.
package struct AuditDayCount: Codable, Hashable, Sendable {
  package var date: String
  package var lineCount: Int
}

extension SiteLedger {
  /// Takes note of how much there is of a day by now.
  mutating func note(_ day: AuditDay) {
    var (low, high) = (0, auditDays.count)
    while low < high {
      let middle = (low + high) / 2
      if auditDays[middle].date > day.date { low = middle + 1 } else { high = middle }
    }
    let count = AuditDayCount(date: day.date, lineCount: day.lines.count)
    if low < auditDays.count, auditDays[low].date == day.date {
      auditDays[low] = count
    } else {
      auditDays.insert(count, at: low)
    }
  }
}
