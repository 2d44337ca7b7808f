package import SystemPackage

/// The lines of a crontab that run a site. Any number of runs at once is safe, so there is no lock around them.
package struct CrontabLines {
  package var tool: FilePath
  package var site: FilePath
  /// The five fields.
  package var schedule: String

  package init(tool: FilePath, site: FilePath, schedule: String) {
    self.tool = tool
    self.site = site
    self.schedule = schedule
  }

  /// Throws where a path cannot be written down in a crontab.
  package func text() throws(PipelineError) -> String {
    for path in [tool, site] {
      guard path.isAbsolute, path.string.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
        throw .notAllowed(
          "the path “\(path)” cannot be written in a crontab: it must be absolute, without control characters")
      }
    }
    let command = "\(Self.word(tool.string)) run --site \(Self.word(site.string))"
    return """
      # Nightshift; written by `nightshift install-units --cron`. Add these lines with `crontab -e`.
      # cron mails what a run prints, which is failures alone. To whom, if not to you:
      # MAILTO=team@example.org
      PATH=/usr/local/bin:/usr/bin:/bin
      \(schedule) \(command)
      @reboot \(command)

      """
  }

  /// The five fields for runs so many seconds apart; nil where cron cannot do that.
  package static func schedule(every seconds: Int) -> String? {
    let minutes = seconds / 60
    guard seconds % 60 == 0, minutes > 0 else { return nil }
    if minutes < 60, 60 % minutes == 0 { return minutes == 1 ? "* * * * *" : "*/\(minutes) * * * *" }
    let hours = minutes / 60
    guard minutes % 60 == 0 else { return nil }
    if hours < 24, 24 % hours == 0 { return hours == 1 ? "0 * * * *" : "0 */\(hours) * * *" }
    return hours == 24 ? "0 2 * * *" : nil
  }

  /// Whether the text has five fields of cron's characters.
  package static func isSchedule(_ text: String) -> Bool {
    let fields = text.split(separator: " ", omittingEmptySubsequences: false)
    let known = "0123456789*/,-abcdefghijklmnopqrstuvwxyz"
    return fields.count == 5 && fields.allSatisfy { !$0.isEmpty && $0.lowercased().allSatisfy { known.contains($0) } }
  }

  /// A word for the shell, in which cron finds no line break: `%` stands for one unless a backslash is before it, and a
  /// backslash that is itself behind a backslash is none.
  static func word(_ text: String) -> String {
    var word = "'"
    for character in text {
      switch character {
      case "'": word += "'\\''"
      case "%": word += word.hasSuffix("\\") ? "''\\%" : "\\%"
      default: word.append(character)
      }
    }
    return word + "'"
  }
}
