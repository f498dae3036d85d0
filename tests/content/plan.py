"""What the curriculum has to hold: its courses and their words, the 55 false friends marked with a star.

The words are the 165 of the design, its reserve list, and the three of the seeds (roadmap, objective, alignment).
"""

from typing import Final

_PLAN: Final = """
T1 server database data-warehouse api interface* frontend backend latency cache environment* integration* legacy*
   dependency client* dns firewall bandwidth transaction* performance* microservice log
T2 availability* change* critical* incident* priority* backup* recovery* change-window cost-of-downtime
   disaster-recovery downtime escalation monitoring postmortem problem rollback root-cause rpo rto service-request
   severity sla slo uptime workaround
T3 requirement* user-story acceptance-criteria definition-of-done done* estimate* scope* backlog sprint mvp release*
   deployment* feature-flag technical-debt debt* refactoring regression bug ci-cd test-coverage version-control
   roadmap objective alignment
T4 data-quality master-data metadata etl data-lake dashboard real-time* batch-job model* machine-learning
   training-data large-language-model prompt token* agent* owner* domain* value* sql observability
T5 vulnerability exposure* policy* authentication authorisation multi-factor-authentication single-sign-on
   identity-and-access-management phishing encryption patch zero-trust personal-data shadow-it account* user* vpn
   sandbox
T6 cloud saas paas iaas hosting scalability capacity* provision* container utilisation* total-cost-of-ownership
   end-of-life migration* open-source platform* vendor-lock-in configuration throughput resource*
B1 revenue profit-and-loss margin* gross-margin ebitda unit-economics cash-flow working-capital balance-sheet asset*
   liability kpi fiscal-year break-even revenue-recognition profit-centre portfolio*
B2 budget capex opex capital* capitalise depreciation amortisation accrual* cost-centre purchase-order forecast
   variance chargeback showback headcount sunk-cost
B3 customer* lead* pipeline* conversion* churn* retention cac customer-lifetime-value mrr nps product* service*
   supply-chain support*
B4 roi payback-period net-present-value internal-rate-of-return hurdle-rate cost-of-delay opportunity-cost
   benefit-realisation business-case baseline okr
B5 risk* control* compliance segregation-of-duties materiality contract* indemnity procurement rfp due-diligence
   business-continuity business-impact-analysis
B6 stakeholder raci sponsor steering-committee value-stream business-capability delivery* ticket
"""

COURSES: Final = [word for word in _PLAN.split() if word[0].isupper()]
TERMS: Final = [word.rstrip("*") for word in _PLAN.split() if word[0].islower()]
FALSE_FRIENDS: Final = [word.rstrip("*") for word in _PLAN.split() if word.endswith("*")]
LESSONS_OF_A_COURSE: Final = 5
