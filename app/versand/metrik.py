"""Figures of the outbox for Prometheus."""

from prometheus_client import Counter, Gauge

VERSUCHE = Counter("amt_zustellversuche_total", "Attempts at deliveries", ["kanal", "ergebnis"])
AUFGEGEBEN = Counter("amt_sendungen_aufgegeben_total", "Deliveries given up: a person has to look", ["kanal"])
TOTE = Gauge("amt_sendungen_liegengeblieben", "Deliveries given up and not sent again (up to 1000)")
PAUSIERT = Gauge("amt_empfaenger_pausiert", "Receivers that are paused after repeated failure")
OFFEN = Gauge("amt_sendungen_offen", "Deliveries the worker still has to do")
AELTESTE = Gauge("amt_sendung_aelteste_sekunden", "Age of the oldest open delivery in seconds")
