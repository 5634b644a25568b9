"""What the desk asks of the database and keeps there, a module for each thing.

``people`` coaches and clients · ``links`` · ``uploads`` the queue · ``sets`` · ``decisions``
· ``marks`` · ``messages`` · ``neighbours`` · ``inbox``, ``looked``, ``pictures`` · ``clients``,
``deletions`` · ``limits`` · ``settings`` · ``sessions`` that were ended
"""
