"""The desk: a web app on the coach's own machine, over the same store as a batch.

``app`` puts it together · ``desk`` what every page needs · ``doors`` who may ask what ·
``headers`` what goes with every answer · ``signing`` tokens and passwords · ``films`` where
films lie · ``tus``, ``film_form``, ``incoming``,
``coming`` how films come in · ``telling`` what is said with them · ``film_kind`` what may come ·
``glance``, ``glancing`` a look at their first seconds · ``films_s3`` films in a bucket ·
``queue``, ``rounds`` the process that judges what is due with a batch's run ·
``asked_set`` the set an address names, its film and report · ``layers`` its lines for the
browser · ``standing``, ``deciding`` a coach's decisions beside its verdicts · ``letter`` the
message written beforehand · ``notes`` voice notes · ``review_page`` what its pages show ·
``live_room`` the one live session, ``live_session`` the process that judges it,
``live_pictures``, ``live_keeping`` its pictures, and a set that is kept · ``reach``,
``network``, ``certificate`` from where the desk is reached ·
``side_by_side`` two sets in step · ``limits_text`` a coach's limits from a form · ``qr`` ·
``forget`` deleting a client · ``retention`` films whose time is over ·
``bell`` what happens, told to open pages · ``pages`` templates · ``kept`` what is asked of
the database and kept there ·
``routes`` a module for each screen · ``static``, ``templates`` what the browser gets.
"""
