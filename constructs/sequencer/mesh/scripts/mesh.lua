-- ssl_f_notafter, "YYMMDDhhmmssZ" of this century, as seconds since 1970.
core.register_converters("epoch", function(text)
  local year, month, day, hour, minute, second = text:match("^(%d%d)(%d%d)(%d%d)(%d%d)(%d%d)(%d%d)")
  if not year then return "NaN" end
  year, month = 2000 + tonumber(year), tonumber(month)
  if month < 3 then year, month = year - 1, month + 12 end
  local leaps = year // 4 - year // 100 + year // 400
  local days = 365 * year + leaps + (153 * (month - 3) + 2) // 5 + tonumber(day) - 719469
  return string.format("%d", ((days * 24 + tonumber(hour)) * 60 + tonumber(minute)) * 60 + tonumber(second))
end)
